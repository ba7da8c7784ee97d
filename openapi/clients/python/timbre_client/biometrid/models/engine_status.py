from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EngineStatus")


@_attrs_define
class EngineStatus:
    """An engine of the tenant's.

    Attributes:
        engines_oid (str): The engine's id.
        enrolled (bool): Whether it knows the user.
        type_ (str): `voice`. The public pages have more, and so may a later version.
    """

    engines_oid: str
    enrolled: bool
    type_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        engines_oid = self.engines_oid

        enrolled = self.enrolled

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "engines_oid": engines_oid,
                "enrolled": enrolled,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        engines_oid = d.pop("engines_oid")

        enrolled = d.pop("enrolled")

        type_ = d.pop("type")

        engine_status = cls(
            engines_oid=engines_oid,
            enrolled=enrolled,
            type_=type_,
        )

        engine_status.additional_properties = d
        return engine_status

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

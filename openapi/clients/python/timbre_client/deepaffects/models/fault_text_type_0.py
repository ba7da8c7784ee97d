from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.gateway_detail import GatewayDetail


T = TypeVar("T", bound="FaultTextType0")


@_attrs_define
class FaultTextType0:
    """
    Attributes:
        detail (GatewayDetail): The code of what the gateway turns down.
        faultstring (str): For people.
    """

    detail: GatewayDetail
    faultstring: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        detail = self.detail.to_dict()

        faultstring = self.faultstring

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "detail": detail,
                "faultstring": faultstring,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.gateway_detail import GatewayDetail

        d = dict(src_dict)
        detail = GatewayDetail.from_dict(d.pop("detail"))

        faultstring = d.pop("faultstring")

        fault_text_type_0 = cls(
            detail=detail,
            faultstring=faultstring,
        )

        fault_text_type_0.additional_properties = d
        return fault_text_type_0

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

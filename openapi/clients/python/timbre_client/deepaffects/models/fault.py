from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.fault_text_type_0 import FaultTextType0
    from ..models.fault_text_type_1 import FaultTextType1


T = TypeVar("T", bound="Fault")


@_attrs_define
class Fault:
    """An error as it is shown.

    Attributes:
        fault (FaultTextType0 | FaultTextType1): What is wrong: of the gateway (who calls, which route, which resource,
            how often), or of the service.
        type_ (str | Unset): The kind of error, where the public pages list it. A later version may have more kinds.
    """

    fault: FaultTextType0 | FaultTextType1
    type_: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.fault_text_type_0 import FaultTextType0

        fault: dict[str, Any]
        if isinstance(self.fault, FaultTextType0):
            fault = self.fault.to_dict()
        else:
            fault = self.fault.to_dict()

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fault": fault,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.fault_text_type_0 import FaultTextType0
        from ..models.fault_text_type_1 import FaultTextType1

        d = dict(src_dict)

        def _parse_fault(data: object) -> FaultTextType0 | FaultTextType1:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_fault_text_type_0 = FaultTextType0.from_dict(data)

                return componentsschemas_fault_text_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_fault_text_type_1 = FaultTextType1.from_dict(data)

            return componentsschemas_fault_text_type_1

        fault = _parse_fault(d.pop("fault"))

        type_ = d.pop("type", UNSET)

        fault = cls(
            fault=fault,
            type_=type_,
        )

        fault.additional_properties = d
        return fault

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

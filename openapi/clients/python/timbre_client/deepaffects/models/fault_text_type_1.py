from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.service_detail import ServiceDetail


T = TypeVar("T", bound="FaultTextType1")


@_attrs_define
class FaultTextType1:
    """
    Attributes:
        detail (ServiceDetail): The code of what the service turns down.
        fault_string (str): For people; begins with `Error in` and the operation.
    """

    detail: ServiceDetail
    fault_string: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        detail = self.detail.to_dict()

        fault_string = self.fault_string

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "detail": detail,
                "fault_string": fault_string,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.service_detail import ServiceDetail

        d = dict(src_dict)
        detail = ServiceDetail.from_dict(d.pop("detail"))

        fault_string = d.pop("fault_string")

        fault_text_type_1 = cls(
            detail=detail,
            fault_string=fault_string,
        )

        fault_text_type_1.additional_properties = d
        return fault_text_type_1

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

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.fault import Fault
    from ..models.found_segments import FoundSegments


T = TypeVar("T", bound="EndedJob")


@_attrs_define
class EndedJob:
    """How a job ended: what the webhook is sent.

    Attributes:
        request_id (str): By which the job is known.
        response (Fault | FoundSegments): What was found, or why nothing was.
    """

    request_id: str
    response: Fault | FoundSegments
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.found_segments import FoundSegments

        request_id = self.request_id

        response: dict[str, Any]
        if isinstance(self.response, FoundSegments):
            response = self.response.to_dict()
        else:
            response = self.response.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "response": response,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.fault import Fault
        from ..models.found_segments import FoundSegments

        d = dict(src_dict)
        request_id = d.pop("request_id")

        def _parse_response(data: object) -> Fault | FoundSegments:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_end_type_0 = FoundSegments.from_dict(data)

                return componentsschemas_job_end_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_job_end_type_1 = Fault.from_dict(data)

            return componentsschemas_job_end_type_1

        response = _parse_response(d.pop("response"))

        ended_job = cls(
            request_id=request_id,
            response=response,
        )

        ended_job.additional_properties = d
        return ended_job

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

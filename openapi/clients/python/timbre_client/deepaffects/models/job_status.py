from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_status_status import JobStatusStatus, check_job_status_status

if TYPE_CHECKING:
    from ..models.ended_job import EndedJob
    from ..models.job_response_type_1 import JobResponseType1


T = TypeVar("T", bound="JobStatus")


@_attrs_define
class JobStatus:
    """How far a job is.

    Attributes:
        response (EndedJob | JobResponseType1): What there is of a job.
        status (JobStatusStatus): How it stands: `Running` too while it waits for its turn, `Failed` too where it was
            cancelled.
    """

    response: EndedJob | JobResponseType1
    status: JobStatusStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.ended_job import EndedJob

        response: dict[str, Any]
        if isinstance(self.response, EndedJob):
            response = self.response.to_dict()
        else:
            response = self.response.to_dict()

        status: str = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "response": response,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.ended_job import EndedJob
        from ..models.job_response_type_1 import JobResponseType1

        d = dict(src_dict)

        def _parse_response(data: object) -> EndedJob | JobResponseType1:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_response_type_0 = EndedJob.from_dict(data)

                return componentsschemas_job_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_job_response_type_1 = JobResponseType1.from_dict(data)

            return componentsschemas_job_response_type_1

        response = _parse_response(d.pop("response"))

        status = check_job_status_status(d.pop("status"))

        job_status = cls(
            response=response,
            status=status,
        )

        job_status.additional_properties = d
        return job_status

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

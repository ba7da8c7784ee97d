from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_kind import JobKind, check_job_kind
from ..models.job_state import JobState, check_job_state

T = TypeVar("T", bound="Job")


@_attrs_define
class Job:
    """Work that outlives the request that asked for it.

    Attributes:
        created_at (datetime.datetime): When it was accepted.
        finished_at (datetime.datetime | None): When it ended; null of one that is not over.
        heard_seconds (float): Seconds of the recording that were heard.
        id (UUID): Work that outlives the request that asked for it.
        kind (JobKind): What is to be found out about a recording.
        request_id (str): What the caller knows it by.
        state (JobState): Where a job stands.
        total_seconds (float | None): Seconds of the whole recording, once they are known.
        tries (int): Times that a worker began.
    """

    created_at: datetime.datetime
    finished_at: datetime.datetime | None
    heard_seconds: float
    id: UUID
    kind: JobKind
    request_id: str
    state: JobState
    total_seconds: float | None
    tries: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        heard_seconds = self.heard_seconds

        id = str(self.id)

        kind: str = self.kind

        request_id = self.request_id

        state: str = self.state

        total_seconds: float | None
        total_seconds = self.total_seconds

        tries = self.tries

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "finished_at": finished_at,
                "heard_seconds": heard_seconds,
                "id": id,
                "kind": kind,
                "request_id": request_id,
                "state": state,
                "total_seconds": total_seconds,
                "tries": tries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        heard_seconds = d.pop("heard_seconds")

        id = UUID(d.pop("id"))

        kind = check_job_kind(d.pop("kind"))

        request_id = d.pop("request_id")

        state = check_job_state(d.pop("state"))

        def _parse_total_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        total_seconds = _parse_total_seconds(d.pop("total_seconds"))

        tries = d.pop("tries")

        job = cls(
            created_at=created_at,
            finished_at=finished_at,
            heard_seconds=heard_seconds,
            id=id,
            kind=kind,
            request_id=request_id,
            state=state,
            total_seconds=total_seconds,
            tries=tries,
        )

        job.additional_properties = d
        return job

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="JobProgress")


@_attrs_define
class JobProgress:
    """How much of a recording was listened to.

    Attributes:
        heard_seconds (float): Seconds of the recording that were listened to.
        total_seconds (float | None): Nothing before the recording is there.
    """

    heard_seconds: float
    total_seconds: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        heard_seconds = self.heard_seconds

        total_seconds: float | None
        total_seconds = self.total_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "heard_seconds": heard_seconds,
                "total_seconds": total_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        heard_seconds = d.pop("heard_seconds")

        def _parse_total_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        total_seconds = _parse_total_seconds(d.pop("total_seconds"))

        job_progress = cls(
            heard_seconds=heard_seconds,
            total_seconds=total_seconds,
        )

        job_progress.additional_properties = d
        return job_progress

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

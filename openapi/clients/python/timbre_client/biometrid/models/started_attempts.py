from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.started_attempts_message import (
    StartedAttemptsMessage,
    check_started_attempts_message,
)

T = TypeVar("T", bound="StartedAttempts")


@_attrs_define
class StartedAttempts:
    """An enrolment that has begun.

    Attributes:
        enrollment_id (str): 24 hexadecimal digits.
        message (StartedAttemptsMessage): That the enrolment has begun.
    """

    enrollment_id: str
    message: StartedAttemptsMessage
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enrollment_id = self.enrollment_id

        message: str = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "enrollmentId": enrollment_id,
                "message": message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        enrollment_id = d.pop("enrollmentId")

        message = check_started_attempts_message(d.pop("message"))

        started_attempts = cls(
            enrollment_id=enrollment_id,
            message=message,
        )

        started_attempts.additional_properties = d
        return started_attempts

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

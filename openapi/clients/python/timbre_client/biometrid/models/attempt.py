from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attempt_message import AttemptMessage, check_attempt_message
from ..models.refusal import Refusal, check_refusal
from ..types import UNSET, Unset

T = TypeVar("T", bound="Attempt")


@_attrs_define
class Attempt:
    """What came of a recording.

    Attributes:
        detail (str): For people.
        message (AttemptMessage): Whether the recording was taken, or, at an enrolment, that it must begin anew.
        attempt (int | Unset): Valid attempts so far; a verification has none.
        reason (Refusal | Unset): Why a sample was not judged by its voice. The order is the order of the checks.
    """

    detail: str
    message: AttemptMessage
    attempt: int | Unset = UNSET
    reason: Refusal | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        detail = self.detail

        message: str = self.message

        attempt = self.attempt

        reason: str | Unset = UNSET
        if not isinstance(self.reason, Unset):
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "detail": detail,
                "message": message,
            }
        )
        if attempt is not UNSET:
            field_dict["attempt"] = attempt
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        detail = d.pop("detail")

        message = check_attempt_message(d.pop("message"))

        attempt = d.pop("attempt", UNSET)

        _reason = d.pop("reason", UNSET)
        reason: Refusal | Unset
        if isinstance(_reason, Unset):
            reason = UNSET
        else:
            reason = check_refusal(_reason)

        attempt = cls(
            detail=detail,
            message=message,
            attempt=attempt,
            reason=reason,
        )

        attempt.additional_properties = d
        return attempt

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

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.started_attempts import StartedAttempts


T = TypeVar("T", bound="StartedAttemptsReply")


@_attrs_define
class StartedAttemptsReply:
    """A reply.

    Attributes:
        data (StartedAttempts): An enrolment that has begun.
        status (bool): Whether what was asked for was done; not whether a voice was accepted.
    """

    data: StartedAttempts
    status: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.started_attempts import StartedAttempts

        d = dict(src_dict)
        data = StartedAttempts.from_dict(d.pop("data"))

        status = d.pop("status")

        started_attempts_reply = cls(
            data=data,
            status=status,
        )

        started_attempts_reply.additional_properties = d
        return started_attempts_reply

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.verified_voice_message import (
    VerifiedVoiceMessage,
    check_verified_voice_message,
)

T = TypeVar("T", bound="VerifiedVoice")


@_attrs_define
class VerifiedVoice:
    """It is the user's voice.

    Attributes:
        message (VerifiedVoiceMessage): That it is the user's voice.
        verified (bool): True.
    """

    message: VerifiedVoiceMessage
    verified: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message: str = self.message

        verified = self.verified

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message": message,
                "verified": verified,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        message = check_verified_voice_message(d.pop("message"))

        verified = d.pop("verified")

        verified_voice = cls(
            message=message,
            verified=verified,
        )

        verified_voice.additional_properties = d
        return verified_voice

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.done_dialogue_dialogue_status import (
    DoneDialogueDialogueStatus,
    check_done_dialogue_dialogue_status,
)
from ..models.done_dialogue_message import (
    DoneDialogueMessage,
    check_done_dialogue_message,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="DoneDialogue")


@_attrs_define
class DoneDialogue:
    """The end of a dialogue that did what it was for.

    Attributes:
        message (DoneDialogueMessage): What was done.
        adapted (bool | Unset): True; of an adaptation.
        dialogue_status (DoneDialogueDialogueStatus | Unset): `Suceeded`, with one c, as the public pages spell it. Only
            1.0 has it.
        enrolled (bool | Unset): True; of an enrolment.
        verified (bool | Unset): True; of a verification.
    """

    message: DoneDialogueMessage
    adapted: bool | Unset = UNSET
    dialogue_status: DoneDialogueDialogueStatus | Unset = UNSET
    enrolled: bool | Unset = UNSET
    verified: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        message: str = self.message

        adapted = self.adapted

        dialogue_status: str | Unset = UNSET
        if not isinstance(self.dialogue_status, Unset):
            dialogue_status = self.dialogue_status

        enrolled = self.enrolled

        verified = self.verified

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "message": message,
            }
        )
        if adapted is not UNSET:
            field_dict["adapted"] = adapted
        if dialogue_status is not UNSET:
            field_dict["dialogueStatus"] = dialogue_status
        if enrolled is not UNSET:
            field_dict["enrolled"] = enrolled
        if verified is not UNSET:
            field_dict["verified"] = verified

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        message = check_done_dialogue_message(d.pop("message"))

        adapted = d.pop("adapted", UNSET)

        _dialogue_status = d.pop("dialogueStatus", UNSET)
        dialogue_status: DoneDialogueDialogueStatus | Unset
        if isinstance(_dialogue_status, Unset):
            dialogue_status = UNSET
        else:
            dialogue_status = check_done_dialogue_dialogue_status(_dialogue_status)

        enrolled = d.pop("enrolled", UNSET)

        verified = d.pop("verified", UNSET)

        done_dialogue = cls(
            message=message,
            adapted=adapted,
            dialogue_status=dialogue_status,
            enrolled=enrolled,
            verified=verified,
        )

        done_dialogue.additional_properties = d
        return done_dialogue

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

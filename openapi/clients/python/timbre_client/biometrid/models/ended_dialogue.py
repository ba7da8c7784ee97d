from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ended_dialogue_dialogue_status import (
    EndedDialogueDialogueStatus,
    check_ended_dialogue_dialogue_status,
)
from ..models.ended_dialogue_message import (
    EndedDialogueMessage,
    check_ended_dialogue_message,
)
from ..models.failure import Failure, check_failure
from ..models.voice_decision import VoiceDecision, check_voice_decision

T = TypeVar("T", bound="EndedDialogue")


@_attrs_define
class EndedDialogue:
    """A dialogue that ended without success.

    Attributes:
        decision (VoiceDecision): What was decided about a voice. Of these only `NotApplicable`, that nothing was, is in
            the public pages.
        dialogue_status (EndedDialogueDialogueStatus): `Failed`.
        message (EndedDialogueMessage): What was not done.
        reason (Failure): Why a dialogue ended without success.
    """

    decision: VoiceDecision
    dialogue_status: EndedDialogueDialogueStatus
    message: EndedDialogueMessage
    reason: Failure
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        dialogue_status: str = self.dialogue_status

        message: str = self.message

        reason: str = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "dialogueStatus": dialogue_status,
                "message": message,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        decision = check_voice_decision(d.pop("decision"))

        dialogue_status = check_ended_dialogue_dialogue_status(d.pop("dialogueStatus"))

        message = check_ended_dialogue_message(d.pop("message"))

        reason = check_failure(d.pop("reason"))

        ended_dialogue = cls(
            decision=decision,
            dialogue_status=dialogue_status,
            message=message,
            reason=reason,
        )

        ended_dialogue.additional_properties = d
        return ended_dialogue

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

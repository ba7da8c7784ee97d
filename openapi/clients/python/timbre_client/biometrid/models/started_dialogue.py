from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.started_dialogue_message import (
    StartedDialogueMessage,
    check_started_dialogue_message,
)

T = TypeVar("T", bound="StartedDialogue")


@_attrs_define
class StartedDialogue:
    """A dialogue that has begun.

    Attributes:
        dialogue_id (str): The dialogue's id: a UUID.
        message (StartedDialogueMessage): That the dialogue has begun.
        prompt_code (str): Digits to be spoken.
        prompt_code_text (str): The same in words.
    """

    dialogue_id: str
    message: StartedDialogueMessage
    prompt_code: str
    prompt_code_text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dialogue_id = self.dialogue_id

        message: str = self.message

        prompt_code = self.prompt_code

        prompt_code_text = self.prompt_code_text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dialogueId": dialogue_id,
                "message": message,
                "promptCode": prompt_code,
                "promptCodeText": prompt_code_text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        dialogue_id = d.pop("dialogueId")

        message = check_started_dialogue_message(d.pop("message"))

        prompt_code = d.pop("promptCode")

        prompt_code_text = d.pop("promptCodeText")

        started_dialogue = cls(
            dialogue_id=dialogue_id,
            message=message,
            prompt_code=prompt_code,
            prompt_code_text=prompt_code_text,
        )

        started_dialogue.additional_properties = d
        return started_dialogue

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.sample_decision import SampleDecision, check_sample_decision
from ..models.taken_recording_message import (
    TakenRecordingMessage,
    check_taken_recording_message,
)

T = TypeVar("T", bound="TakenRecording")


@_attrs_define
class TakenRecording:
    """A recording was taken or refused, and another code is asked for.

    Attributes:
        decision (SampleDecision): `OK`, or why the recording does not serve.
        message (TakenRecordingMessage): That the recording came, whatever was decided on it.
        prompt_code (str): Digits to be spoken.
        prompt_code_text (str): The same in words.
    """

    decision: SampleDecision
    message: TakenRecordingMessage
    prompt_code: str
    prompt_code_text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        message: str = self.message

        prompt_code = self.prompt_code

        prompt_code_text = self.prompt_code_text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "message": message,
                "promptCode": prompt_code,
                "promptCodeText": prompt_code_text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        decision = check_sample_decision(d.pop("decision"))

        message = check_taken_recording_message(d.pop("message"))

        prompt_code = d.pop("promptCode")

        prompt_code_text = d.pop("promptCodeText")

        taken_recording = cls(
            decision=decision,
            message=message,
            prompt_code=prompt_code,
            prompt_code_text=prompt_code_text,
        )

        taken_recording.additional_properties = d
        return taken_recording

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

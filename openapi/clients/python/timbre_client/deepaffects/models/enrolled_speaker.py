from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.enroll_quality import EnrollQuality, check_enroll_quality
from ..models.enrolled_speaker_message import (
    EnrolledSpeakerMessage,
    check_enrolled_speaker_message,
)

T = TypeVar("T", bound="EnrolledSpeaker")


@_attrs_define
class EnrolledSpeaker:
    """What a recording made of a speaker.

    Attributes:
        enroll_quality (EnrollQuality): How well a voice can be known: from the worst to the best.
        enrollment_complete (bool): Whether there is enough speech to know this voice by.
        message (EnrolledSpeakerMessage): That the recording was added.
        speaker_id (None | str): The speaker's name.
        total_enroll_duration (float): Seconds of all recordings.
        total_speech_duration (float): Seconds of speech in all recordings.
    """

    enroll_quality: EnrollQuality
    enrollment_complete: bool
    message: EnrolledSpeakerMessage
    speaker_id: None | str
    total_enroll_duration: float
    total_speech_duration: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        enroll_quality: str = self.enroll_quality

        enrollment_complete = self.enrollment_complete

        message: str = self.message

        speaker_id: None | str
        speaker_id = self.speaker_id

        total_enroll_duration = self.total_enroll_duration

        total_speech_duration = self.total_speech_duration

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "enroll_quality": enroll_quality,
                "enrollment_complete": enrollment_complete,
                "message": message,
                "speaker_id": speaker_id,
                "total_enroll_duration": total_enroll_duration,
                "total_speech_duration": total_speech_duration,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        enroll_quality = check_enroll_quality(d.pop("enroll_quality"))

        enrollment_complete = d.pop("enrollment_complete")

        message = check_enrolled_speaker_message(d.pop("message"))

        def _parse_speaker_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        speaker_id = _parse_speaker_id(d.pop("speaker_id"))

        total_enroll_duration = d.pop("total_enroll_duration")

        total_speech_duration = d.pop("total_speech_duration")

        enrolled_speaker = cls(
            enroll_quality=enroll_quality,
            enrollment_complete=enrollment_complete,
            message=message,
            speaker_id=speaker_id,
            total_enroll_duration=total_enroll_duration,
            total_speech_duration=total_speech_duration,
        )

        enrolled_speaker.additional_properties = d
        return enrolled_speaker

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

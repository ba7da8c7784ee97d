from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.enrollment_status import EnrollmentStatus, check_enrollment_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="Enrollment20")


@_attrs_define
class Enrollment20:
    """What a recording made of a profile, in v2.0.

    Attributes:
        audio_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83, 18.65.
        audio_speech_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83,
            18.65.
        enrollment_status (EnrollmentStatus): How far a profile's enrolment is.
        enrollments_count (int): Recordings that were accepted.
        enrollments_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83,
            18.65.
        enrollments_speech_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0,
            1.83, 18.65.
        profile_id (str): The profile's id: a UUID.
        pass_phrase (str | Unset): The phrase that was said; of text-dependent profiles.
        remaining_enrollments_count (int | Unset): Recordings; of text-dependent profiles.
        remaining_enrollments_speech_length (float | Unset): Seconds to the hundredth; whole where they can be, as in
            the examples: 0, 1.83, 18.65.
    """

    audio_length: float
    audio_speech_length: float
    enrollment_status: EnrollmentStatus
    enrollments_count: int
    enrollments_length: float
    enrollments_speech_length: float
    profile_id: str
    pass_phrase: str | Unset = UNSET
    remaining_enrollments_count: int | Unset = UNSET
    remaining_enrollments_speech_length: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_length = self.audio_length

        audio_speech_length = self.audio_speech_length

        enrollment_status: str = self.enrollment_status

        enrollments_count = self.enrollments_count

        enrollments_length = self.enrollments_length

        enrollments_speech_length = self.enrollments_speech_length

        profile_id = self.profile_id

        pass_phrase = self.pass_phrase

        remaining_enrollments_count = self.remaining_enrollments_count

        remaining_enrollments_speech_length = self.remaining_enrollments_speech_length

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audioLength": audio_length,
                "audioSpeechLength": audio_speech_length,
                "enrollmentStatus": enrollment_status,
                "enrollmentsCount": enrollments_count,
                "enrollmentsLength": enrollments_length,
                "enrollmentsSpeechLength": enrollments_speech_length,
                "profileId": profile_id,
            }
        )
        if pass_phrase is not UNSET:
            field_dict["passPhrase"] = pass_phrase
        if remaining_enrollments_count is not UNSET:
            field_dict["remainingEnrollmentsCount"] = remaining_enrollments_count
        if remaining_enrollments_speech_length is not UNSET:
            field_dict["remainingEnrollmentsSpeechLength"] = (
                remaining_enrollments_speech_length
            )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        audio_length = d.pop("audioLength")

        audio_speech_length = d.pop("audioSpeechLength")

        enrollment_status = check_enrollment_status(d.pop("enrollmentStatus"))

        enrollments_count = d.pop("enrollmentsCount")

        enrollments_length = d.pop("enrollmentsLength")

        enrollments_speech_length = d.pop("enrollmentsSpeechLength")

        profile_id = d.pop("profileId")

        pass_phrase = d.pop("passPhrase", UNSET)

        remaining_enrollments_count = d.pop("remainingEnrollmentsCount", UNSET)

        remaining_enrollments_speech_length = d.pop(
            "remainingEnrollmentsSpeechLength", UNSET
        )

        enrollment_20 = cls(
            audio_length=audio_length,
            audio_speech_length=audio_speech_length,
            enrollment_status=enrollment_status,
            enrollments_count=enrollments_count,
            enrollments_length=enrollments_length,
            enrollments_speech_length=enrollments_speech_length,
            profile_id=profile_id,
            pass_phrase=pass_phrase,
            remaining_enrollments_count=remaining_enrollments_count,
            remaining_enrollments_speech_length=remaining_enrollments_speech_length,
        )

        enrollment_20.additional_properties = d
        return enrollment_20

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

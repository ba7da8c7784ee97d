from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.enrollment_status import EnrollmentStatus, check_enrollment_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="Enrollment20210905")


@_attrs_define
class Enrollment20210905:
    """What a recording made of a profile, in 2021-09-05.

    Attributes:
        audio_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83,
            18.65.
        audio_speech_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples: 0,
            1.83, 18.65.
        enrollment_status (EnrollmentStatus): How far a profile's enrolment is.
        enrollments_count (int): Recordings that were accepted.
        enrollments_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples: 0,
            1.83, 18.65.
        enrollments_speech_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples:
            0, 1.83, 18.65.
        profile_id (str): The profile's id: a UUID.
        pass_phrase (str | Unset): The phrase that was said; of text-dependent profiles.
        remaining_enrollments_count (int | Unset): Recordings; of text-dependent profiles.
        remaining_enrollments_speech_length_in_sec (float | Unset): Seconds to the hundredth; whole where they can be,
            as in the examples: 0, 1.83, 18.65.
    """

    audio_length_in_sec: float
    audio_speech_length_in_sec: float
    enrollment_status: EnrollmentStatus
    enrollments_count: int
    enrollments_length_in_sec: float
    enrollments_speech_length_in_sec: float
    profile_id: str
    pass_phrase: str | Unset = UNSET
    remaining_enrollments_count: int | Unset = UNSET
    remaining_enrollments_speech_length_in_sec: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_length_in_sec = self.audio_length_in_sec

        audio_speech_length_in_sec = self.audio_speech_length_in_sec

        enrollment_status: str = self.enrollment_status

        enrollments_count = self.enrollments_count

        enrollments_length_in_sec = self.enrollments_length_in_sec

        enrollments_speech_length_in_sec = self.enrollments_speech_length_in_sec

        profile_id = self.profile_id

        pass_phrase = self.pass_phrase

        remaining_enrollments_count = self.remaining_enrollments_count

        remaining_enrollments_speech_length_in_sec = (
            self.remaining_enrollments_speech_length_in_sec
        )

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audioLengthInSec": audio_length_in_sec,
                "audioSpeechLengthInSec": audio_speech_length_in_sec,
                "enrollmentStatus": enrollment_status,
                "enrollmentsCount": enrollments_count,
                "enrollmentsLengthInSec": enrollments_length_in_sec,
                "enrollmentsSpeechLengthInSec": enrollments_speech_length_in_sec,
                "profileId": profile_id,
            }
        )
        if pass_phrase is not UNSET:
            field_dict["passPhrase"] = pass_phrase
        if remaining_enrollments_count is not UNSET:
            field_dict["remainingEnrollmentsCount"] = remaining_enrollments_count
        if remaining_enrollments_speech_length_in_sec is not UNSET:
            field_dict["remainingEnrollmentsSpeechLengthInSec"] = (
                remaining_enrollments_speech_length_in_sec
            )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        audio_length_in_sec = d.pop("audioLengthInSec")

        audio_speech_length_in_sec = d.pop("audioSpeechLengthInSec")

        enrollment_status = check_enrollment_status(d.pop("enrollmentStatus"))

        enrollments_count = d.pop("enrollmentsCount")

        enrollments_length_in_sec = d.pop("enrollmentsLengthInSec")

        enrollments_speech_length_in_sec = d.pop("enrollmentsSpeechLengthInSec")

        profile_id = d.pop("profileId")

        pass_phrase = d.pop("passPhrase", UNSET)

        remaining_enrollments_count = d.pop("remainingEnrollmentsCount", UNSET)

        remaining_enrollments_speech_length_in_sec = d.pop(
            "remainingEnrollmentsSpeechLengthInSec", UNSET
        )

        enrollment_20210905 = cls(
            audio_length_in_sec=audio_length_in_sec,
            audio_speech_length_in_sec=audio_speech_length_in_sec,
            enrollment_status=enrollment_status,
            enrollments_count=enrollments_count,
            enrollments_length_in_sec=enrollments_length_in_sec,
            enrollments_speech_length_in_sec=enrollments_speech_length_in_sec,
            profile_id=profile_id,
            pass_phrase=pass_phrase,
            remaining_enrollments_count=remaining_enrollments_count,
            remaining_enrollments_speech_length_in_sec=remaining_enrollments_speech_length_in_sec,
        )

        enrollment_20210905.additional_properties = d
        return enrollment_20210905

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

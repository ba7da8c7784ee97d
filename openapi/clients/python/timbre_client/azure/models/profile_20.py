from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.enrollment_status import EnrollmentStatus, check_enrollment_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="Profile20")


@_attrs_define
class Profile20:
    """A profile of v2.0.

    Attributes:
        created_date_time (datetime.datetime): When: RFC 3339, UTC, to the millisecond.
        enrollment_status (EnrollmentStatus): How far a profile's enrolment is.
        enrollments_count (int): Recordings that were accepted.
        enrollments_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83,
            18.65.
        enrollments_speech_length (float): Seconds to the hundredth; whole where they can be, as in the examples: 0,
            1.83, 18.65.
        last_updated_date_time (datetime.datetime): When: RFC 3339, UTC, to the millisecond.
        locale (str): The profile's language and country, as in `en-us`.
        model_version (str): Which models make its voiceprint. Another version of Timbre may have others.
        profile_id (str): The profile's id: a UUID.
        remaining_enrollments_count (int | Unset): Recordings; of text-dependent profiles.
        remaining_enrollments_speech_length (float | Unset): Seconds to the hundredth; whole where they can be, as in
            the examples: 0, 1.83, 18.65.
    """

    created_date_time: datetime.datetime
    enrollment_status: EnrollmentStatus
    enrollments_count: int
    enrollments_length: float
    enrollments_speech_length: float
    last_updated_date_time: datetime.datetime
    locale: str
    model_version: str
    profile_id: str
    remaining_enrollments_count: int | Unset = UNSET
    remaining_enrollments_speech_length: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_date_time = self.created_date_time.isoformat()

        enrollment_status: str = self.enrollment_status

        enrollments_count = self.enrollments_count

        enrollments_length = self.enrollments_length

        enrollments_speech_length = self.enrollments_speech_length

        last_updated_date_time = self.last_updated_date_time.isoformat()

        locale = self.locale

        model_version = self.model_version

        profile_id = self.profile_id

        remaining_enrollments_count = self.remaining_enrollments_count

        remaining_enrollments_speech_length = self.remaining_enrollments_speech_length

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "createdDateTime": created_date_time,
                "enrollmentStatus": enrollment_status,
                "enrollmentsCount": enrollments_count,
                "enrollmentsLength": enrollments_length,
                "enrollmentsSpeechLength": enrollments_speech_length,
                "lastUpdatedDateTime": last_updated_date_time,
                "locale": locale,
                "modelVersion": model_version,
                "profileId": profile_id,
            }
        )
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
        created_date_time = datetime.datetime.fromisoformat(d.pop("createdDateTime"))

        enrollment_status = check_enrollment_status(d.pop("enrollmentStatus"))

        enrollments_count = d.pop("enrollmentsCount")

        enrollments_length = d.pop("enrollmentsLength")

        enrollments_speech_length = d.pop("enrollmentsSpeechLength")

        last_updated_date_time = datetime.datetime.fromisoformat(
            d.pop("lastUpdatedDateTime")
        )

        locale = d.pop("locale")

        model_version = d.pop("modelVersion")

        profile_id = d.pop("profileId")

        remaining_enrollments_count = d.pop("remainingEnrollmentsCount", UNSET)

        remaining_enrollments_speech_length = d.pop(
            "remainingEnrollmentsSpeechLength", UNSET
        )

        profile_20 = cls(
            created_date_time=created_date_time,
            enrollment_status=enrollment_status,
            enrollments_count=enrollments_count,
            enrollments_length=enrollments_length,
            enrollments_speech_length=enrollments_speech_length,
            last_updated_date_time=last_updated_date_time,
            locale=locale,
            model_version=model_version,
            profile_id=profile_id,
            remaining_enrollments_count=remaining_enrollments_count,
            remaining_enrollments_speech_length=remaining_enrollments_speech_length,
        )

        profile_20.additional_properties = d
        return profile_20

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.enrollment_status import EnrollmentStatus, check_enrollment_status
from ..models.profile_status import ProfileStatus, check_profile_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="Profile20210905")


@_attrs_define
class Profile20210905:
    """A profile of 2021-09-05.

    Attributes:
        created_date_time (datetime.datetime): When: RFC 3339, UTC, to the millisecond.
        enrollment_status (EnrollmentStatus): How far a profile's enrolment is.
        enrollments_count (int): Recordings that were accepted.
        enrollments_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples: 0,
            1.83, 18.65.
        enrollments_speech_length_in_sec (float): Seconds to the hundredth; whole where they can be, as in the examples:
            0, 1.83, 18.65.
        last_updated_date_time (datetime.datetime | None): Null where it was never changed.
        locale (str): The profile's language and country, as in `en-us`.
        model_version (None | str): Which models make its voiceprint: null before the first recording. Another version
            of Timbre may have others.
        profile_id (str): The profile's id: a UUID.
        profile_status (ProfileStatus | Unset): Whether the activation phrase was heard.
        remaining_enrollments_count (int | Unset): Recordings; of text-dependent profiles.
        remaining_enrollments_speech_length_in_sec (float | Unset): Seconds to the hundredth; whole where they can be,
            as in the examples: 0, 1.83, 18.65.
    """

    created_date_time: datetime.datetime
    enrollment_status: EnrollmentStatus
    enrollments_count: int
    enrollments_length_in_sec: float
    enrollments_speech_length_in_sec: float
    last_updated_date_time: datetime.datetime | None
    locale: str
    model_version: None | str
    profile_id: str
    profile_status: ProfileStatus | Unset = UNSET
    remaining_enrollments_count: int | Unset = UNSET
    remaining_enrollments_speech_length_in_sec: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_date_time = self.created_date_time.isoformat()

        enrollment_status: str = self.enrollment_status

        enrollments_count = self.enrollments_count

        enrollments_length_in_sec = self.enrollments_length_in_sec

        enrollments_speech_length_in_sec = self.enrollments_speech_length_in_sec

        last_updated_date_time: None | str
        if isinstance(self.last_updated_date_time, datetime.datetime):
            last_updated_date_time = self.last_updated_date_time.isoformat()
        else:
            last_updated_date_time = self.last_updated_date_time

        locale = self.locale

        model_version: None | str
        model_version = self.model_version

        profile_id = self.profile_id

        profile_status: str | Unset = UNSET
        if not isinstance(self.profile_status, Unset):
            profile_status = self.profile_status

        remaining_enrollments_count = self.remaining_enrollments_count

        remaining_enrollments_speech_length_in_sec = (
            self.remaining_enrollments_speech_length_in_sec
        )

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "createdDateTime": created_date_time,
                "enrollmentStatus": enrollment_status,
                "enrollmentsCount": enrollments_count,
                "enrollmentsLengthInSec": enrollments_length_in_sec,
                "enrollmentsSpeechLengthInSec": enrollments_speech_length_in_sec,
                "lastUpdatedDateTime": last_updated_date_time,
                "locale": locale,
                "modelVersion": model_version,
                "profileId": profile_id,
            }
        )
        if profile_status is not UNSET:
            field_dict["profileStatus"] = profile_status
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
        created_date_time = datetime.datetime.fromisoformat(d.pop("createdDateTime"))

        enrollment_status = check_enrollment_status(d.pop("enrollmentStatus"))

        enrollments_count = d.pop("enrollmentsCount")

        enrollments_length_in_sec = d.pop("enrollmentsLengthInSec")

        enrollments_speech_length_in_sec = d.pop("enrollmentsSpeechLengthInSec")

        def _parse_last_updated_date_time(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_updated_date_time_type_0 = datetime.datetime.fromisoformat(data)

                return last_updated_date_time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_updated_date_time = _parse_last_updated_date_time(
            d.pop("lastUpdatedDateTime")
        )

        locale = d.pop("locale")

        def _parse_model_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model_version = _parse_model_version(d.pop("modelVersion"))

        profile_id = d.pop("profileId")

        _profile_status = d.pop("profileStatus", UNSET)
        profile_status: ProfileStatus | Unset
        if isinstance(_profile_status, Unset):
            profile_status = UNSET
        else:
            profile_status = check_profile_status(_profile_status)

        remaining_enrollments_count = d.pop("remainingEnrollmentsCount", UNSET)

        remaining_enrollments_speech_length_in_sec = d.pop(
            "remainingEnrollmentsSpeechLengthInSec", UNSET
        )

        profile_20210905 = cls(
            created_date_time=created_date_time,
            enrollment_status=enrollment_status,
            enrollments_count=enrollments_count,
            enrollments_length_in_sec=enrollments_length_in_sec,
            enrollments_speech_length_in_sec=enrollments_speech_length_in_sec,
            last_updated_date_time=last_updated_date_time,
            locale=locale,
            model_version=model_version,
            profile_id=profile_id,
            profile_status=profile_status,
            remaining_enrollments_count=remaining_enrollments_count,
            remaining_enrollments_speech_length_in_sec=remaining_enrollments_speech_length_in_sec,
        )

        profile_20210905.additional_properties = d
        return profile_20210905

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

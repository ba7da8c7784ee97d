from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.scheme import Scheme, check_scheme

if TYPE_CHECKING:
    from ..models.held_profile import HeldProfile
    from ..models.held_recording import HeldRecording


T = TypeVar("T", bound="HeldEnrolment")


@_attrs_define
class HeldEnrolment:
    """One voice of a person, under one contract.

    Attributes:
        adapted (bool): Whether a later recording changed the voiceprint.
        enrolled_at (datetime.datetime): When the enrolment began.
        failed_verifications (int): In a row, up to now.
        id (UUID): One subject's enrolment under one scheme.
        language (str): In which they speak, as in `en-US`.
        profile (HeldProfile | None): Of profiles and speakers.
        recordings (list[HeldRecording]): Those that are kept, sealed.
        scheme (Scheme): What a person says, and so how it is compared.
        voiceprints_of (list[str]): Models that made a voiceprint, which is kept sealed and not told. Another version of
            Timbre may have others.
    """

    adapted: bool
    enrolled_at: datetime.datetime
    failed_verifications: int
    id: UUID
    language: str
    profile: HeldProfile | None
    recordings: list[HeldRecording]
    scheme: Scheme
    voiceprints_of: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.held_profile import HeldProfile

        adapted = self.adapted

        enrolled_at = self.enrolled_at.isoformat()

        failed_verifications = self.failed_verifications

        id = str(self.id)

        language = self.language

        profile: dict[str, Any] | None
        if isinstance(self.profile, HeldProfile):
            profile = self.profile.to_dict()
        else:
            profile = self.profile

        recordings = []
        for recordings_item_data in self.recordings:
            recordings_item = recordings_item_data.to_dict()
            recordings.append(recordings_item)

        scheme: str = self.scheme

        voiceprints_of = self.voiceprints_of

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "adapted": adapted,
                "enrolled_at": enrolled_at,
                "failed_verifications": failed_verifications,
                "id": id,
                "language": language,
                "profile": profile,
                "recordings": recordings,
                "scheme": scheme,
                "voiceprints_of": voiceprints_of,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.held_profile import HeldProfile
        from ..models.held_recording import HeldRecording

        d = dict(src_dict)
        adapted = d.pop("adapted")

        enrolled_at = datetime.datetime.fromisoformat(d.pop("enrolled_at"))

        failed_verifications = d.pop("failed_verifications")

        id = UUID(d.pop("id"))

        language = d.pop("language")

        def _parse_profile(data: object) -> HeldProfile | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                profile_type_0 = HeldProfile.from_dict(data)

                return profile_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HeldProfile | None, data)

        profile = _parse_profile(d.pop("profile"))

        recordings = []
        _recordings = d.pop("recordings")
        for recordings_item_data in _recordings:
            recordings_item = HeldRecording.from_dict(recordings_item_data)

            recordings.append(recordings_item)

        scheme = check_scheme(d.pop("scheme"))

        voiceprints_of = cast(list[str], d.pop("voiceprints_of"))

        held_enrolment = cls(
            adapted=adapted,
            enrolled_at=enrolled_at,
            failed_verifications=failed_verifications,
            id=id,
            language=language,
            profile=profile,
            recordings=recordings,
            scheme=scheme,
            voiceprints_of=voiceprints_of,
        )

        held_enrolment.additional_properties = d
        return held_enrolment

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

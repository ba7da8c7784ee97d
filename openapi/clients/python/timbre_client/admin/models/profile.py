from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.profile_kind import ProfileKind, check_profile_kind
from ..models.profile_status import ProfileStatus, check_profile_status

T = TypeVar("T", bound="Profile")


@_attrs_define
class Profile:
    """What a profile or a speaker is filled with.

    Attributes:
        audio_seconds (float): Seconds of them.
        kind (ProfileKind): What a profile is for. The kinds are kept apart: a profile of one is unknown to the others.
        name (None | str): What the tenant calls a speaker; null of a profile, which has its id.
        samples (int): Recordings that were accepted.
        speech_seconds (float): Seconds of speech in them.
        status (ProfileStatus): Where a profile stands.
    """

    audio_seconds: float
    kind: ProfileKind
    name: None | str
    samples: int
    speech_seconds: float
    status: ProfileStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_seconds = self.audio_seconds

        kind: str = self.kind

        name: None | str
        name = self.name

        samples = self.samples

        speech_seconds = self.speech_seconds

        status: str = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audio_seconds": audio_seconds,
                "kind": kind,
                "name": name,
                "samples": samples,
                "speech_seconds": speech_seconds,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        audio_seconds = d.pop("audio_seconds")

        kind = check_profile_kind(d.pop("kind"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        samples = d.pop("samples")

        speech_seconds = d.pop("speech_seconds")

        status = check_profile_status(d.pop("status"))

        profile = cls(
            audio_seconds=audio_seconds,
            kind=kind,
            name=name,
            samples=samples,
            speech_seconds=speech_seconds,
            status=status,
        )

        profile.additional_properties = d
        return profile

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Usage")


@_attrs_define
class Usage:
    """What was used, by the names of the meters.

    Attributes:
        audio_seconds (float): Of recordings that were taken or compared, pauses included.
        enrolments (int): Voices that became enrolled.
        identifications (int): Recordings in which somebody was looked for among several.
        requests (int): Calls that made, changed or decided something.
    """

    audio_seconds: float
    enrolments: int
    identifications: int
    requests: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_seconds = self.audio_seconds

        enrolments = self.enrolments

        identifications = self.identifications

        requests = self.requests

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audio_seconds": audio_seconds,
                "enrolments": enrolments,
                "identifications": identifications,
                "requests": requests,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        audio_seconds = d.pop("audio_seconds")

        enrolments = d.pop("enrolments")

        identifications = d.pop("identifications")

        requests = d.pop("requests")

        usage = cls(
            audio_seconds=audio_seconds,
            enrolments=enrolments,
            identifications=identifications,
            requests=requests,
        )

        usage.additional_properties = d
        return usage

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

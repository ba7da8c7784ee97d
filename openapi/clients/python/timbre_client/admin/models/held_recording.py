from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HeldRecording")


@_attrs_define
class HeldRecording:
    """A recording that is kept of an enrolment. Its sound is not told.

    Attributes:
        audio_seconds (float | None): Its length in seconds.
        id (UUID): One accepted recording of an enrolment.
        object_ (UUID): A sealed object in the vault.
        sealed_bytes (int | None): Bytes of the sealed recording in the vault; none where it is not there.
        speech_seconds (float | None): Seconds of speech in it.
        taken_at (datetime.datetime): When it came.
    """

    audio_seconds: float | None
    id: UUID
    object_: UUID
    sealed_bytes: int | None
    speech_seconds: float | None
    taken_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_seconds: float | None
        audio_seconds = self.audio_seconds

        id = str(self.id)

        object_ = str(self.object_)

        sealed_bytes: int | None
        sealed_bytes = self.sealed_bytes

        speech_seconds: float | None
        speech_seconds = self.speech_seconds

        taken_at = self.taken_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audio_seconds": audio_seconds,
                "id": id,
                "object": object_,
                "sealed_bytes": sealed_bytes,
                "speech_seconds": speech_seconds,
                "taken_at": taken_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_audio_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        audio_seconds = _parse_audio_seconds(d.pop("audio_seconds"))

        id = UUID(d.pop("id"))

        object_ = UUID(d.pop("object"))

        def _parse_sealed_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sealed_bytes = _parse_sealed_bytes(d.pop("sealed_bytes"))

        def _parse_speech_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        speech_seconds = _parse_speech_seconds(d.pop("speech_seconds"))

        taken_at = datetime.datetime.fromisoformat(d.pop("taken_at"))

        held_recording = cls(
            audio_seconds=audio_seconds,
            id=id,
            object_=object_,
            sealed_bytes=sealed_bytes,
            speech_seconds=speech_seconds,
            taken_at=taken_at,
        )

        held_recording.additional_properties = d
        return held_recording

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

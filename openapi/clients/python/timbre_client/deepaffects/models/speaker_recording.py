from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SpeakerRecording")


@_attrs_define
class SpeakerRecording:
    """A speaker's recording.

    Attributes:
        content (None | str): The recording in base64; line breaks are allowed.
        speaker_id (str): A speaker's name.
        encoding (None | str | Unset): What the samples are, should the recording have no container: `LINEAR16` or
            `MULAW`. The container decides otherwise.
        language_code (None | str | Unset): A language and a country; `en-US` where it is absent. It changes nothing of
            what is heard.
        sample_rate (float | None | Unset): Hz of samples without a container; 8000 where it is absent.
        url (None | str | Unset): Where the recording is to be fetched instead, by HTTP or HTTPS, from a public address.
    """

    content: None | str = _attrs_field(repr=False)
    speaker_id: str
    encoding: None | str | Unset = UNSET
    language_code: None | str | Unset = UNSET
    sample_rate: float | None | Unset = UNSET
    url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        content: None | str
        content = self.content

        speaker_id = self.speaker_id

        encoding: None | str | Unset
        if isinstance(self.encoding, Unset):
            encoding = UNSET
        else:
            encoding = self.encoding

        language_code: None | str | Unset
        if isinstance(self.language_code, Unset):
            language_code = UNSET
        else:
            language_code = self.language_code

        sample_rate: float | None | Unset
        if isinstance(self.sample_rate, Unset):
            sample_rate = UNSET
        else:
            sample_rate = self.sample_rate

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
                "speakerId": speaker_id,
            }
        )
        if encoding is not UNSET:
            field_dict["encoding"] = encoding
        if language_code is not UNSET:
            field_dict["languageCode"] = language_code
        if sample_rate is not UNSET:
            field_dict["sampleRate"] = sample_rate
        if url is not UNSET:
            field_dict["url"] = url

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_content(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        content = _parse_content(d.pop("content"))

        speaker_id = d.pop("speakerId")

        def _parse_encoding(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        encoding = _parse_encoding(d.pop("encoding", UNSET))

        def _parse_language_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language_code = _parse_language_code(d.pop("languageCode", UNSET))

        def _parse_sample_rate(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        sample_rate = _parse_sample_rate(d.pop("sampleRate", UNSET))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        speaker_recording = cls(
            content=content,
            speaker_id=speaker_id,
            encoding=encoding,
            language_code=language_code,
            sample_rate=sample_rate,
            url=url,
        )

        speaker_recording.additional_properties = d
        return speaker_recording

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

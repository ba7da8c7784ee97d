from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Conversation")


@_attrs_define
class Conversation:
    """The fields that are documented for any of these calls. `audioType` and `source` changed nothing that can be told
    from outside.

        Attributes:
            content (None | str | Unset): The recording in base64; line breaks are allowed.
            do_vad (bool | None | Unset): Whether turns are cut down to where there is speech.
            encoding (None | str | Unset): What the samples are, should the recording have no container: `LINEAR16` or
                `MULAW`. The container decides otherwise.
            language_code (None | str | Unset): A language and a country; `en-US` where it is absent. It changes nothing of
                what is heard.
            min_non_speech_duration (float | None | Unset): Seconds: a shorter pause does not end a turn.
            sample_rate (float | None | Unset): Hz of samples without a container; 8000 where it is absent.
            separate_speaker_per_channel (bool | None | Unset): Whether each channel is one speaker.
            speaker_count (int | None | Unset): How many people speak: 1 to 100, or -1 where that is not known. The
                published clients call it `speakers`.
            speaker_ids (list[str] | None | Unset): The speakers who may be in it.
            url (None | str | Unset): Where the recording is to be fetched instead, by HTTP or HTTPS, from a public address.
    """

    content: None | str | Unset = _attrs_field(default=UNSET, repr=False)
    do_vad: bool | None | Unset = UNSET
    encoding: None | str | Unset = UNSET
    language_code: None | str | Unset = UNSET
    min_non_speech_duration: float | None | Unset = UNSET
    sample_rate: float | None | Unset = UNSET
    separate_speaker_per_channel: bool | None | Unset = UNSET
    speaker_count: int | None | Unset = UNSET
    speaker_ids: list[str] | None | Unset = UNSET
    url: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        do_vad: bool | None | Unset
        if isinstance(self.do_vad, Unset):
            do_vad = UNSET
        else:
            do_vad = self.do_vad

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

        min_non_speech_duration: float | None | Unset
        if isinstance(self.min_non_speech_duration, Unset):
            min_non_speech_duration = UNSET
        else:
            min_non_speech_duration = self.min_non_speech_duration

        sample_rate: float | None | Unset
        if isinstance(self.sample_rate, Unset):
            sample_rate = UNSET
        else:
            sample_rate = self.sample_rate

        separate_speaker_per_channel: bool | None | Unset
        if isinstance(self.separate_speaker_per_channel, Unset):
            separate_speaker_per_channel = UNSET
        else:
            separate_speaker_per_channel = self.separate_speaker_per_channel

        speaker_count: int | None | Unset
        if isinstance(self.speaker_count, Unset):
            speaker_count = UNSET
        else:
            speaker_count = self.speaker_count

        speaker_ids: list[str] | None | Unset
        if isinstance(self.speaker_ids, Unset):
            speaker_ids = UNSET
        elif isinstance(self.speaker_ids, list):
            speaker_ids = self.speaker_ids

        else:
            speaker_ids = self.speaker_ids

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if content is not UNSET:
            field_dict["content"] = content
        if do_vad is not UNSET:
            field_dict["doVad"] = do_vad
        if encoding is not UNSET:
            field_dict["encoding"] = encoding
        if language_code is not UNSET:
            field_dict["languageCode"] = language_code
        if min_non_speech_duration is not UNSET:
            field_dict["minNonSpeechDuration"] = min_non_speech_duration
        if sample_rate is not UNSET:
            field_dict["sampleRate"] = sample_rate
        if separate_speaker_per_channel is not UNSET:
            field_dict["separateSpeakerPerChannel"] = separate_speaker_per_channel
        if speaker_count is not UNSET:
            field_dict["speakerCount"] = speaker_count
        if speaker_ids is not UNSET:
            field_dict["speakerIds"] = speaker_ids
        if url is not UNSET:
            field_dict["url"] = url

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        def _parse_do_vad(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        do_vad = _parse_do_vad(d.pop("doVad", UNSET))

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

        def _parse_min_non_speech_duration(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        min_non_speech_duration = _parse_min_non_speech_duration(
            d.pop("minNonSpeechDuration", UNSET)
        )

        def _parse_sample_rate(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        sample_rate = _parse_sample_rate(d.pop("sampleRate", UNSET))

        def _parse_separate_speaker_per_channel(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        separate_speaker_per_channel = _parse_separate_speaker_per_channel(
            d.pop("separateSpeakerPerChannel", UNSET)
        )

        def _parse_speaker_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        speaker_count = _parse_speaker_count(d.pop("speakerCount", UNSET))

        def _parse_speaker_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                speaker_ids_type_0 = cast(list[str], data)

                return speaker_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        speaker_ids = _parse_speaker_ids(d.pop("speakerIds", UNSET))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        conversation = cls(
            content=content,
            do_vad=do_vad,
            encoding=encoding,
            language_code=language_code,
            min_non_speech_duration=min_non_speech_duration,
            sample_rate=sample_rate,
            separate_speaker_per_channel=separate_speaker_per_channel,
            speaker_count=speaker_count,
            speaker_ids=speaker_ids,
            url=url,
        )

        conversation.additional_properties = d
        return conversation

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

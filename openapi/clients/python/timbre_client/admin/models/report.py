from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Report")


@_attrs_define
class Report:
    """What was measured, for people to read: no code, no embedding.

    Attributes:
        clipped_fraction (float): Share of samples that are overdriven, 0 to 1.
        code_margin (float | None): How much likelier the asked code was than the next likeliest; null where no code was
            asked for.
        false_match_rate (float | None): How often a stranger's voice scores so high; null where nothing was compared.
        level_dbfs (float): How loud the speech is, in dB of full scale: 0 is the loudest.
        score (float | None): How sure it is that the voice is the person's, 0 to 1: accepted from 0.5 on. Null where
            nothing was compared.
        seconds (float): The recording's length in seconds.
        snr_db (float | None): How far the speech stands out of the noise, in dB; null of silence, and of less than a
            quarter of a second.
        speech_seconds (float): Seconds of speech in it.
        telephone (bool): Whether it has a telephone's narrow band.
    """

    clipped_fraction: float
    code_margin: float | None
    false_match_rate: float | None
    level_dbfs: float
    score: float | None
    seconds: float
    snr_db: float | None
    speech_seconds: float
    telephone: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        clipped_fraction = self.clipped_fraction

        code_margin: float | None
        code_margin = self.code_margin

        false_match_rate: float | None
        false_match_rate = self.false_match_rate

        level_dbfs = self.level_dbfs

        score: float | None
        score = self.score

        seconds = self.seconds

        snr_db: float | None
        snr_db = self.snr_db

        speech_seconds = self.speech_seconds

        telephone = self.telephone

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "clipped_fraction": clipped_fraction,
                "code_margin": code_margin,
                "false_match_rate": false_match_rate,
                "level_dbfs": level_dbfs,
                "score": score,
                "seconds": seconds,
                "snr_db": snr_db,
                "speech_seconds": speech_seconds,
                "telephone": telephone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        clipped_fraction = d.pop("clipped_fraction")

        def _parse_code_margin(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        code_margin = _parse_code_margin(d.pop("code_margin"))

        def _parse_false_match_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        false_match_rate = _parse_false_match_rate(d.pop("false_match_rate"))

        level_dbfs = d.pop("level_dbfs")

        def _parse_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        score = _parse_score(d.pop("score"))

        seconds = d.pop("seconds")

        def _parse_snr_db(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        snr_db = _parse_snr_db(d.pop("snr_db"))

        speech_seconds = d.pop("speech_seconds")

        telephone = d.pop("telephone")

        report = cls(
            clipped_fraction=clipped_fraction,
            code_margin=code_margin,
            false_match_rate=false_match_rate,
            level_dbfs=level_dbfs,
            score=score,
            seconds=seconds,
            snr_db=snr_db,
            speech_seconds=speech_seconds,
            telephone=telephone,
        )

        report.additional_properties = d
        return report

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

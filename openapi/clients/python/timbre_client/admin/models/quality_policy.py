from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="QualityPolicy")


@_attrs_define
class QualityPolicy:
    """What a sample must be like before its voice is looked at.

    Attributes:
        max_clipped_fraction (float | Unset): Share of a recording (0 to 1) that may be overdriven; with more of it, the
            recording is refused as clipped. Default: 0.05000000074505806.
        min_free_speech_seconds (float | Unset): Net speech, in seconds, below which free speech, where no code is asked
            for, is too short: a voice among all words
            takes more of them. Default: 2.0.
        min_level_dbfs (float | Unset): Level of the speech, in dB of full scale, below which a sample is too quiet.
            Default: -50.0.
        min_snr_db (float | Unset): Signal-to-noise ratio, in dB, below which a sample is too noisy. Default: 7.0.
        min_speech_seconds (float | Unset): Net speech, in seconds, below which a spoken code is too short. Default:
            0.800000011920929.
    """

    max_clipped_fraction: float | Unset = 0.05000000074505806
    min_free_speech_seconds: float | Unset = 2.0
    min_level_dbfs: float | Unset = -50.0
    min_snr_db: float | Unset = 7.0
    min_speech_seconds: float | Unset = 0.800000011920929

    def to_dict(self) -> dict[str, Any]:
        max_clipped_fraction = self.max_clipped_fraction

        min_free_speech_seconds = self.min_free_speech_seconds

        min_level_dbfs = self.min_level_dbfs

        min_snr_db = self.min_snr_db

        min_speech_seconds = self.min_speech_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_clipped_fraction is not UNSET:
            field_dict["max_clipped_fraction"] = max_clipped_fraction
        if min_free_speech_seconds is not UNSET:
            field_dict["min_free_speech_seconds"] = min_free_speech_seconds
        if min_level_dbfs is not UNSET:
            field_dict["min_level_dbfs"] = min_level_dbfs
        if min_snr_db is not UNSET:
            field_dict["min_snr_db"] = min_snr_db
        if min_speech_seconds is not UNSET:
            field_dict["min_speech_seconds"] = min_speech_seconds

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        max_clipped_fraction = d.pop("max_clipped_fraction", UNSET)

        min_free_speech_seconds = d.pop("min_free_speech_seconds", UNSET)

        min_level_dbfs = d.pop("min_level_dbfs", UNSET)

        min_snr_db = d.pop("min_snr_db", UNSET)

        min_speech_seconds = d.pop("min_speech_seconds", UNSET)

        quality_policy = cls(
            max_clipped_fraction=max_clipped_fraction,
            min_free_speech_seconds=min_free_speech_seconds,
            min_level_dbfs=min_level_dbfs,
            min_snr_db=min_snr_db,
            min_speech_seconds=min_speech_seconds,
        )

        return quality_policy

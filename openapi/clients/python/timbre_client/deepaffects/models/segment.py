from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.segment_tag import SegmentTag, check_segment_tag
from ..types import UNSET, Unset

T = TypeVar("T", bound="Segment")


@_attrs_define
class Segment:
    """From when to when somebody speaks.

    Attributes:
        end (float): Seconds from the beginning.
        start (float): Seconds from the beginning.
        speaker_id (str | Unset): Who, where that was asked.
        tag (SegmentTag | Unset): That somebody speaks, where it was not asked who.
    """

    end: float
    start: float
    speaker_id: str | Unset = UNSET
    tag: SegmentTag | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        end = self.end

        start = self.start

        speaker_id = self.speaker_id

        tag: str | Unset = UNSET
        if not isinstance(self.tag, Unset):
            tag = self.tag

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "end": end,
                "start": start,
            }
        )
        if speaker_id is not UNSET:
            field_dict["speaker_id"] = speaker_id
        if tag is not UNSET:
            field_dict["tag"] = tag

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        end = d.pop("end")

        start = d.pop("start")

        speaker_id = d.pop("speaker_id", UNSET)

        _tag = d.pop("tag", UNSET)
        tag: SegmentTag | Unset
        if isinstance(_tag, Unset):
            tag = UNSET
        else:
            tag = check_segment_tag(_tag)

        segment = cls(
            end=end,
            start=start,
            speaker_id=speaker_id,
            tag=tag,
        )

        segment.additional_properties = d
        return segment

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

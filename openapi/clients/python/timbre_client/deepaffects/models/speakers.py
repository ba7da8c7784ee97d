from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.speaker import Speaker


T = TypeVar("T", bound="Speakers")


@_attrs_define
class Speakers:
    """The speakers of a tenant.

    Attributes:
        developer_id (str): The tenant's name.
        enrolled_speaker_ids (list[Speaker]): The speakers, by name.
    """

    developer_id: str
    enrolled_speaker_ids: list[Speaker]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        developer_id = self.developer_id

        enrolled_speaker_ids = []
        for enrolled_speaker_ids_item_data in self.enrolled_speaker_ids:
            enrolled_speaker_ids_item = enrolled_speaker_ids_item_data.to_dict()
            enrolled_speaker_ids.append(enrolled_speaker_ids_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "developer_id": developer_id,
                "enrolled_speaker_ids": enrolled_speaker_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.speaker import Speaker

        d = dict(src_dict)
        developer_id = d.pop("developer_id")

        enrolled_speaker_ids = []
        _enrolled_speaker_ids = d.pop("enrolled_speaker_ids")
        for enrolled_speaker_ids_item_data in _enrolled_speaker_ids:
            enrolled_speaker_ids_item = Speaker.from_dict(
                enrolled_speaker_ids_item_data
            )

            enrolled_speaker_ids.append(enrolled_speaker_ids_item)

        speakers = cls(
            developer_id=developer_id,
            enrolled_speaker_ids=enrolled_speaker_ids,
        )

        speakers.additional_properties = d
        return speakers

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

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.candidate import Candidate


T = TypeVar("T", bound="Identification")


@_attrs_define
class Identification:
    """Which of the candidates a recording is of.

    Attributes:
        identified_profile (Candidate): A profile, and how like it a recording is.
        profiles_ranking (list[Candidate]): The likeliest, most like first.
    """

    identified_profile: Candidate
    profiles_ranking: list[Candidate]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identified_profile = self.identified_profile.to_dict()

        profiles_ranking = []
        for profiles_ranking_item_data in self.profiles_ranking:
            profiles_ranking_item = profiles_ranking_item_data.to_dict()
            profiles_ranking.append(profiles_ranking_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "identifiedProfile": identified_profile,
                "profilesRanking": profiles_ranking,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.candidate import Candidate

        d = dict(src_dict)
        identified_profile = Candidate.from_dict(d.pop("identifiedProfile"))

        profiles_ranking = []
        _profiles_ranking = d.pop("profilesRanking")
        for profiles_ranking_item_data in _profiles_ranking:
            profiles_ranking_item = Candidate.from_dict(profiles_ranking_item_data)

            profiles_ranking.append(profiles_ranking_item)

        identification = cls(
            identified_profile=identified_profile,
            profiles_ranking=profiles_ranking,
        )

        identification.additional_properties = d
        return identification

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

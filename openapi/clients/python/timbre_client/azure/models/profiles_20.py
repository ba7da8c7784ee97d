from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.profile_20 import Profile20


T = TypeVar("T", bound="Profiles20")


@_attrs_define
class Profiles20:
    """Profiles, by their ids: a page of v2.0.

    Attributes:
        profiles (list[Profile20]): The profiles of the page.
        next_link (str | Unset): The next page; absent on the last.
    """

    profiles: list[Profile20]
    next_link: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        profiles = []
        for profiles_item_data in self.profiles:
            profiles_item = profiles_item_data.to_dict()
            profiles.append(profiles_item)

        next_link = self.next_link

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "profiles": profiles,
            }
        )
        if next_link is not UNSET:
            field_dict["@nextLink"] = next_link

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.profile_20 import Profile20

        d = dict(src_dict)
        profiles = []
        _profiles = d.pop("profiles")
        for profiles_item_data in _profiles:
            profiles_item = Profile20.from_dict(profiles_item_data)

            profiles.append(profiles_item)

        next_link = d.pop("@nextLink", UNSET)

        profiles_20 = cls(
            profiles=profiles,
            next_link=next_link,
        )

        profiles_20.additional_properties = d
        return profiles_20

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

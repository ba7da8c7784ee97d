from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.profile_kind import ProfileKind, check_profile_kind
from ..models.profile_status import ProfileStatus, check_profile_status

T = TypeVar("T", bound="HeldProfile")


@_attrs_define
class HeldProfile:
    """What is kept of a profile or a speaker.

    Attributes:
        kind (ProfileKind): What a profile is for. The kinds are kept apart: a profile of one is unknown to the others.
        name (None | str): What the tenant calls a speaker.
        phrase (None | str): The passphrase that was said, of text-dependent profiles.
        status (ProfileStatus): Where a profile stands.
    """

    kind: ProfileKind
    name: None | str
    phrase: None | str
    status: ProfileStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name: None | str
        name = self.name

        phrase: None | str
        phrase = self.phrase

        status: str = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "phrase": phrase,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        kind = check_profile_kind(d.pop("kind"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_phrase(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        phrase = _parse_phrase(d.pop("phrase"))

        status = check_profile_status(d.pop("status"))

        held_profile = cls(
            kind=kind,
            name=name,
            phrase=phrase,
            status=status,
        )

        held_profile.additional_properties = d
        return held_profile

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

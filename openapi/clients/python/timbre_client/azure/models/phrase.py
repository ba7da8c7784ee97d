from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Phrase")


@_attrs_define
class Phrase:
    """A phrase that verifies, or one that activates a profile.

    Attributes:
        activation_phrase (str | Unset): Of text-independent profiles.
        pass_phrase (str | Unset): Of text-dependent profiles.
    """

    activation_phrase: str | Unset = UNSET
    pass_phrase: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        activation_phrase = self.activation_phrase

        pass_phrase = self.pass_phrase

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if activation_phrase is not UNSET:
            field_dict["activationPhrase"] = activation_phrase
        if pass_phrase is not UNSET:
            field_dict["passPhrase"] = pass_phrase

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        activation_phrase = d.pop("activationPhrase", UNSET)

        pass_phrase = d.pop("passPhrase", UNSET)

        phrase = cls(
            activation_phrase=activation_phrase,
            pass_phrase=pass_phrase,
        )

        phrase.additional_properties = d
        return phrase

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ProfilePolicyPhrases")


@_attrs_define
class ProfilePolicyPhrases:
    """Passphrases of the tenant's own, for each locale, beside those that the contract documents."""

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        profile_policy_phrases = cls()

        return profile_policy_phrases

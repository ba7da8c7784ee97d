from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.profile_policy_phrases import ProfilePolicyPhrases


T = TypeVar("T", bound="ProfilePolicy")


@_attrs_define
class ProfilePolicy:
    """What profiles are filled with.

    Attributes:
        any_format (bool | Unset): Whether recordings of any readable format are taken, not only 16 kHz 16-bit mono PCM
            in WAV. Default: False.
        max_profiles (int | Unset): Most profiles that there may be of each kind: verification by any words,
            verification by a passphrase, identification. Default: 10000.
        phrases (ProfilePolicyPhrases | Unset): Passphrases of the tenant's own, for each locale, beside those that the
            contract documents.
    """

    any_format: bool | Unset = False
    max_profiles: int | Unset = 10000
    phrases: ProfilePolicyPhrases | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        any_format = self.any_format

        max_profiles = self.max_profiles

        phrases: dict[str, Any] | Unset = UNSET
        if not isinstance(self.phrases, Unset):
            phrases = self.phrases.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if any_format is not UNSET:
            field_dict["any_format"] = any_format
        if max_profiles is not UNSET:
            field_dict["max_profiles"] = max_profiles
        if phrases is not UNSET:
            field_dict["phrases"] = phrases

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.profile_policy_phrases import ProfilePolicyPhrases

        d = dict(src_dict)
        any_format = d.pop("any_format", UNSET)

        max_profiles = d.pop("max_profiles", UNSET)

        _phrases = d.pop("phrases", UNSET)
        phrases: ProfilePolicyPhrases | Unset
        if isinstance(_phrases, Unset):
            phrases = UNSET
        else:
            phrases = ProfilePolicyPhrases.from_dict(_phrases)

        profile_policy = cls(
            any_format=any_format,
            max_profiles=max_profiles,
            phrases=phrases,
        )

        return profile_policy

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.access_policy import AccessPolicy
    from ..models.consent_policy import ConsentPolicy
    from ..models.dialogue_policy import DialoguePolicy
    from ..models.lockout_policy import LockoutPolicy
    from ..models.matching_policy import MatchingPolicy
    from ..models.profile_policy import ProfilePolicy
    from ..models.quality_policy import QualityPolicy
    from ..models.quota_policy import QuotaPolicy
    from ..models.rate_policy import RatePolicy
    from ..models.retention_policy import RetentionPolicy


T = TypeVar("T", bound="Policy")


@_attrs_define
class Policy:
    """A tenant's policy. A value that is absent, as in a policy that was stored before the value existed, is the
    shipped default.

        Attributes:
            access (AccessPolicy | Unset): What a tenant may call, and with what.
            consent (ConsentPolicy | Unset): Whether people must have agreed.
            dialogue (DialoguePolicy | Unset): How a dialogue runs.
            lockout (LockoutPolicy | Unset): When failed verifications in a row make a subject wait, and when they shut it
                out.
            matching (MatchingPolicy | Unset): How sure a verification must be.
            profiles (ProfilePolicy | Unset): What profiles are filled with.
            quality (QualityPolicy | Unset): What a sample must be like before its voice is looked at.
            quotas (QuotaPolicy | Unset): The quotas of a tenant.
            rates (RatePolicy | Unset): The rates of a tenant.
            retention (RetentionPolicy | Unset): How long things are kept. What is not named here is kept until it is
                erased.
    """

    access: AccessPolicy | Unset = UNSET
    consent: ConsentPolicy | Unset = UNSET
    dialogue: DialoguePolicy | Unset = UNSET
    lockout: LockoutPolicy | Unset = UNSET
    matching: MatchingPolicy | Unset = UNSET
    profiles: ProfilePolicy | Unset = UNSET
    quality: QualityPolicy | Unset = UNSET
    quotas: QuotaPolicy | Unset = UNSET
    rates: RatePolicy | Unset = UNSET
    retention: RetentionPolicy | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        access: dict[str, Any] | Unset = UNSET
        if not isinstance(self.access, Unset):
            access = self.access.to_dict()

        consent: dict[str, Any] | Unset = UNSET
        if not isinstance(self.consent, Unset):
            consent = self.consent.to_dict()

        dialogue: dict[str, Any] | Unset = UNSET
        if not isinstance(self.dialogue, Unset):
            dialogue = self.dialogue.to_dict()

        lockout: dict[str, Any] | Unset = UNSET
        if not isinstance(self.lockout, Unset):
            lockout = self.lockout.to_dict()

        matching: dict[str, Any] | Unset = UNSET
        if not isinstance(self.matching, Unset):
            matching = self.matching.to_dict()

        profiles: dict[str, Any] | Unset = UNSET
        if not isinstance(self.profiles, Unset):
            profiles = self.profiles.to_dict()

        quality: dict[str, Any] | Unset = UNSET
        if not isinstance(self.quality, Unset):
            quality = self.quality.to_dict()

        quotas: dict[str, Any] | Unset = UNSET
        if not isinstance(self.quotas, Unset):
            quotas = self.quotas.to_dict()

        rates: dict[str, Any] | Unset = UNSET
        if not isinstance(self.rates, Unset):
            rates = self.rates.to_dict()

        retention: dict[str, Any] | Unset = UNSET
        if not isinstance(self.retention, Unset):
            retention = self.retention.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if access is not UNSET:
            field_dict["access"] = access
        if consent is not UNSET:
            field_dict["consent"] = consent
        if dialogue is not UNSET:
            field_dict["dialogue"] = dialogue
        if lockout is not UNSET:
            field_dict["lockout"] = lockout
        if matching is not UNSET:
            field_dict["matching"] = matching
        if profiles is not UNSET:
            field_dict["profiles"] = profiles
        if quality is not UNSET:
            field_dict["quality"] = quality
        if quotas is not UNSET:
            field_dict["quotas"] = quotas
        if rates is not UNSET:
            field_dict["rates"] = rates
        if retention is not UNSET:
            field_dict["retention"] = retention

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.access_policy import AccessPolicy
        from ..models.consent_policy import ConsentPolicy
        from ..models.dialogue_policy import DialoguePolicy
        from ..models.lockout_policy import LockoutPolicy
        from ..models.matching_policy import MatchingPolicy
        from ..models.profile_policy import ProfilePolicy
        from ..models.quality_policy import QualityPolicy
        from ..models.quota_policy import QuotaPolicy
        from ..models.rate_policy import RatePolicy
        from ..models.retention_policy import RetentionPolicy

        d = dict(src_dict)
        _access = d.pop("access", UNSET)
        access: AccessPolicy | Unset
        if isinstance(_access, Unset):
            access = UNSET
        else:
            access = AccessPolicy.from_dict(_access)

        _consent = d.pop("consent", UNSET)
        consent: ConsentPolicy | Unset
        if isinstance(_consent, Unset):
            consent = UNSET
        else:
            consent = ConsentPolicy.from_dict(_consent)

        _dialogue = d.pop("dialogue", UNSET)
        dialogue: DialoguePolicy | Unset
        if isinstance(_dialogue, Unset):
            dialogue = UNSET
        else:
            dialogue = DialoguePolicy.from_dict(_dialogue)

        _lockout = d.pop("lockout", UNSET)
        lockout: LockoutPolicy | Unset
        if isinstance(_lockout, Unset):
            lockout = UNSET
        else:
            lockout = LockoutPolicy.from_dict(_lockout)

        _matching = d.pop("matching", UNSET)
        matching: MatchingPolicy | Unset
        if isinstance(_matching, Unset):
            matching = UNSET
        else:
            matching = MatchingPolicy.from_dict(_matching)

        _profiles = d.pop("profiles", UNSET)
        profiles: ProfilePolicy | Unset
        if isinstance(_profiles, Unset):
            profiles = UNSET
        else:
            profiles = ProfilePolicy.from_dict(_profiles)

        _quality = d.pop("quality", UNSET)
        quality: QualityPolicy | Unset
        if isinstance(_quality, Unset):
            quality = UNSET
        else:
            quality = QualityPolicy.from_dict(_quality)

        _quotas = d.pop("quotas", UNSET)
        quotas: QuotaPolicy | Unset
        if isinstance(_quotas, Unset):
            quotas = UNSET
        else:
            quotas = QuotaPolicy.from_dict(_quotas)

        _rates = d.pop("rates", UNSET)
        rates: RatePolicy | Unset
        if isinstance(_rates, Unset):
            rates = UNSET
        else:
            rates = RatePolicy.from_dict(_rates)

        _retention = d.pop("retention", UNSET)
        retention: RetentionPolicy | Unset
        if isinstance(_retention, Unset):
            retention = UNSET
        else:
            retention = RetentionPolicy.from_dict(_retention)

        policy = cls(
            access=access,
            consent=consent,
            dialogue=dialogue,
            lockout=lockout,
            matching=matching,
            profiles=profiles,
            quality=quality,
            quotas=quotas,
            rates=rates,
            retention=retention,
        )

        return policy

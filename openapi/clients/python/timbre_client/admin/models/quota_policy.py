from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.quota import Quota


T = TypeVar("T", bound="QuotaPolicy")


@_attrs_define
class QuotaPolicy:
    """The quotas of a tenant.

    Attributes:
        audio_seconds (Quota | Unset): How much of one meter a tenant may use in a calendar month (UTC).
        enrolments (Quota | Unset): How much of one meter a tenant may use in a calendar month (UTC).
        identifications (Quota | Unset): How much of one meter a tenant may use in a calendar month (UTC).
        requests (Quota | Unset): How much of one meter a tenant may use in a calendar month (UTC).
    """

    audio_seconds: Quota | Unset = UNSET
    enrolments: Quota | Unset = UNSET
    identifications: Quota | Unset = UNSET
    requests: Quota | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        audio_seconds: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio_seconds, Unset):
            audio_seconds = self.audio_seconds.to_dict()

        enrolments: dict[str, Any] | Unset = UNSET
        if not isinstance(self.enrolments, Unset):
            enrolments = self.enrolments.to_dict()

        identifications: dict[str, Any] | Unset = UNSET
        if not isinstance(self.identifications, Unset):
            identifications = self.identifications.to_dict()

        requests: dict[str, Any] | Unset = UNSET
        if not isinstance(self.requests, Unset):
            requests = self.requests.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if audio_seconds is not UNSET:
            field_dict["audio_seconds"] = audio_seconds
        if enrolments is not UNSET:
            field_dict["enrolments"] = enrolments
        if identifications is not UNSET:
            field_dict["identifications"] = identifications
        if requests is not UNSET:
            field_dict["requests"] = requests

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.quota import Quota

        d = dict(src_dict)
        _audio_seconds = d.pop("audio_seconds", UNSET)
        audio_seconds: Quota | Unset
        if isinstance(_audio_seconds, Unset):
            audio_seconds = UNSET
        else:
            audio_seconds = Quota.from_dict(_audio_seconds)

        _enrolments = d.pop("enrolments", UNSET)
        enrolments: Quota | Unset
        if isinstance(_enrolments, Unset):
            enrolments = UNSET
        else:
            enrolments = Quota.from_dict(_enrolments)

        _identifications = d.pop("identifications", UNSET)
        identifications: Quota | Unset
        if isinstance(_identifications, Unset):
            identifications = UNSET
        else:
            identifications = Quota.from_dict(_identifications)

        _requests = d.pop("requests", UNSET)
        requests: Quota | Unset
        if isinstance(_requests, Unset):
            requests = UNSET
        else:
            requests = Quota.from_dict(_requests)

        quota_policy = cls(
            audio_seconds=audio_seconds,
            enrolments=enrolments,
            identifications=identifications,
            requests=requests,
        )

        return quota_policy

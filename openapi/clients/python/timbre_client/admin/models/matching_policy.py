from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MatchingPolicy")


@_attrs_define
class MatchingPolicy:
    """How sure a verification must be.

    Attributes:
        false_match_rate (float | Unset): The false-match rate (ISO/IEC 19795-1) at which the score is 0.5, the accept
            point. Default: 0.01.
        sure_accept (float | Unset): From this score on, a verification accepts without asking for another code.
            Default: 0.8.
        sure_reject (float | Unset): Up to this score, a verification rejects without asking for another code. Default:
            0.02.
    """

    false_match_rate: float | Unset = 0.01
    sure_accept: float | Unset = 0.8
    sure_reject: float | Unset = 0.02

    def to_dict(self) -> dict[str, Any]:
        false_match_rate = self.false_match_rate

        sure_accept = self.sure_accept

        sure_reject = self.sure_reject

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if false_match_rate is not UNSET:
            field_dict["false_match_rate"] = false_match_rate
        if sure_accept is not UNSET:
            field_dict["sure_accept"] = sure_accept
        if sure_reject is not UNSET:
            field_dict["sure_reject"] = sure_reject

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        false_match_rate = d.pop("false_match_rate", UNSET)

        sure_accept = d.pop("sure_accept", UNSET)

        sure_reject = d.pop("sure_reject", UNSET)

        matching_policy = cls(
            false_match_rate=false_match_rate,
            sure_accept=sure_accept,
            sure_reject=sure_reject,
        )

        return matching_policy

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Rate")


@_attrs_define
class Rate:
    """A rate, as GCRA has it: a bucket that holds `burst` calls and is filled up by `per_minute` of them.

    Attributes:
        burst (int): Calls that may come at once.
        per_minute (int): Calls that come back in a minute.
    """

    burst: int
    per_minute: int

    def to_dict(self) -> dict[str, Any]:
        burst = self.burst

        per_minute = self.per_minute

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "burst": burst,
                "per_minute": per_minute,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        burst = d.pop("burst")

        per_minute = d.pop("per_minute")

        rate = cls(
            burst=burst,
            per_minute=per_minute,
        )

        return rate

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LockoutPolicy")


@_attrs_define
class LockoutPolicy:
    """When failed verifications in a row make a subject wait, and when they shut it out.

    Attributes:
        delay_after (int | Unset): Failed verifications in a row after which the next one must wait. Default: 5.
        disable_after (int | Unset): Failed verifications in a row after which verification is disabled until the lock
            is reset. Default: 50.
        first_delay_seconds (int | Unset): Seconds of the first wait after failed verifications; each further failure
            doubles the wait. Default: 30.
        longest_delay_seconds (int | Unset): Seconds that no wait after failed verifications is longer than. Default:
            3600.
    """

    delay_after: int | Unset = 5
    disable_after: int | Unset = 50
    first_delay_seconds: int | Unset = 30
    longest_delay_seconds: int | Unset = 3600

    def to_dict(self) -> dict[str, Any]:
        delay_after = self.delay_after

        disable_after = self.disable_after

        first_delay_seconds = self.first_delay_seconds

        longest_delay_seconds = self.longest_delay_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if delay_after is not UNSET:
            field_dict["delay_after"] = delay_after
        if disable_after is not UNSET:
            field_dict["disable_after"] = disable_after
        if first_delay_seconds is not UNSET:
            field_dict["first_delay_seconds"] = first_delay_seconds
        if longest_delay_seconds is not UNSET:
            field_dict["longest_delay_seconds"] = longest_delay_seconds

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        delay_after = d.pop("delay_after", UNSET)

        disable_after = d.pop("disable_after", UNSET)

        first_delay_seconds = d.pop("first_delay_seconds", UNSET)

        longest_delay_seconds = d.pop("longest_delay_seconds", UNSET)

        lockout_policy = cls(
            delay_after=delay_after,
            disable_after=disable_after,
            first_delay_seconds=first_delay_seconds,
            longest_delay_seconds=longest_delay_seconds,
        )

        return lockout_policy

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rate import Rate


T = TypeVar("T", bound="RatePolicy")


@_attrs_define
class RatePolicy:
    """The rates of a tenant.

    Attributes:
        inference (Rate | Unset): A rate, as GCRA has it: a bucket that holds `burst` calls and is filled up by
            `per_minute` of them.
        management (Rate | Unset): A rate, as GCRA has it: a bucket that holds `burst` calls and is filled up by
            `per_minute` of them.
        read (Rate | Unset): A rate, as GCRA has it: a bucket that holds `burst` calls and is filled up by `per_minute`
            of them.
    """

    inference: Rate | Unset = UNSET
    management: Rate | Unset = UNSET
    read: Rate | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        inference: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inference, Unset):
            inference = self.inference.to_dict()

        management: dict[str, Any] | Unset = UNSET
        if not isinstance(self.management, Unset):
            management = self.management.to_dict()

        read: dict[str, Any] | Unset = UNSET
        if not isinstance(self.read, Unset):
            read = self.read.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if inference is not UNSET:
            field_dict["inference"] = inference
        if management is not UNSET:
            field_dict["management"] = management
        if read is not UNSET:
            field_dict["read"] = read

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.rate import Rate

        d = dict(src_dict)
        _inference = d.pop("inference", UNSET)
        inference: Rate | Unset
        if isinstance(_inference, Unset):
            inference = UNSET
        else:
            inference = Rate.from_dict(_inference)

        _management = d.pop("management", UNSET)
        management: Rate | Unset
        if isinstance(_management, Unset):
            management = UNSET
        else:
            management = Rate.from_dict(_management)

        _read = d.pop("read", UNSET)
        read: Rate | Unset
        if isinstance(_read, Unset):
            read = UNSET
        else:
            read = Rate.from_dict(_read)

        rate_policy = cls(
            inference=inference,
            management=management,
            read=read,
        )

        return rate_policy

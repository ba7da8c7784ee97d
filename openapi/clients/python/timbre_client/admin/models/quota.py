from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Quota")


@_attrs_define
class Quota:
    """How much of one meter a tenant may use in a calendar month (UTC).

    Attributes:
        hard (bool | Unset): A hard quota refuses what would go beyond it; a soft one counts it, and says so. Default:
            False.
        per_month (int | None | Unset): How much in a month; left out, as much as comes.
    """

    hard: bool | Unset = False
    per_month: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        hard = self.hard

        per_month: int | None | Unset
        if isinstance(self.per_month, Unset):
            per_month = UNSET
        else:
            per_month = self.per_month

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if hard is not UNSET:
            field_dict["hard"] = hard
        if per_month is not UNSET:
            field_dict["per_month"] = per_month

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        hard = d.pop("hard", UNSET)

        def _parse_per_month(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        per_month = _parse_per_month(d.pop("per_month", UNSET))

        quota = cls(
            hard=hard,
            per_month=per_month,
        )

        return quota

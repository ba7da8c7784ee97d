from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RetentionPolicy")


@_attrs_define
class RetentionPolicy:
    """How long things are kept. What is not named here is kept until it is erased.

    Attributes:
        dialogue_days (int | None | Unset): Days after which a dialogue that has ended is deleted with its turns.
        unused_person_days (int | None | Unset): Days after which a person whose voice was neither enrolled nor
            recognised is erased.
    """

    dialogue_days: int | None | Unset = UNSET
    unused_person_days: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        dialogue_days: int | None | Unset
        if isinstance(self.dialogue_days, Unset):
            dialogue_days = UNSET
        else:
            dialogue_days = self.dialogue_days

        unused_person_days: int | None | Unset
        if isinstance(self.unused_person_days, Unset):
            unused_person_days = UNSET
        else:
            unused_person_days = self.unused_person_days

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if dialogue_days is not UNSET:
            field_dict["dialogue_days"] = dialogue_days
        if unused_person_days is not UNSET:
            field_dict["unused_person_days"] = unused_person_days

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_dialogue_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        dialogue_days = _parse_dialogue_days(d.pop("dialogue_days", UNSET))

        def _parse_unused_person_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        unused_person_days = _parse_unused_person_days(
            d.pop("unused_person_days", UNSET)
        )

        retention_policy = cls(
            dialogue_days=dialogue_days,
            unused_person_days=unused_person_days,
        )

        return retention_policy

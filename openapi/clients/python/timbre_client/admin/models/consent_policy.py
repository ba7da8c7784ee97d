from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ConsentPolicy")


@_attrs_define
class ConsentPolicy:
    """Whether people must have agreed.

    Attributes:
        required (bool | Unset): Nobody is enrolled without a record of their consent. Default: False.
    """

    required: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        required = self.required

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if required is not UNSET:
            field_dict["required"] = required

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        required = d.pop("required", UNSET)

        consent_policy = cls(
            required=required,
        )

        return consent_policy

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="NewPassword")


@_attrs_define
class NewPassword:
    """A password in another's place.

    Attributes:
        current (str): The password that you have.
        new (str): 12 to 128 characters, and not the e-mail address.
    """

    current: str = _attrs_field(repr=False)
    new: str = _attrs_field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        current = self.current

        new = self.new

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "current": current,
                "new": new,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        current = d.pop("current")

        new = d.pop("new")

        new_password = cls(
            current=current,
            new=new,
        )

        return new_password

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="NewTenant")


@_attrs_define
class NewTenant:
    """A tenant that is to be.

    Attributes:
        language (str): One in which codes can be spoken, as in en-US.
        name (str): What operators call it, of one tenant only: 1 to 255 characters, not all blanks, none of them a
            control character.
    """

    language: str
    name: str

    def to_dict(self) -> dict[str, Any]:
        language = self.language

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "language": language,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        language = d.pop("language")

        name = d.pop("name")

        new_tenant = cls(
            language=language,
            name=name,
        )

        return new_tenant

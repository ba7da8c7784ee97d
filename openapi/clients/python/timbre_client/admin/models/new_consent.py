from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="NewConsent")


@_attrs_define
class NewConsent:
    """A consent, as it is recorded.

    Attributes:
        given_at (datetime.datetime): A time that was.
        signer (str): The tenant's reference to who signed.
        text_sha256 (str): SHA-256 of the text that was agreed to, as 64 hexadecimal digits.
    """

    given_at: datetime.datetime
    signer: str
    text_sha256: str

    def to_dict(self) -> dict[str, Any]:
        given_at = self.given_at.isoformat()

        signer = self.signer

        text_sha256 = self.text_sha256

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "given_at": given_at,
                "signer": signer,
                "text_sha256": text_sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        given_at = datetime.datetime.fromisoformat(d.pop("given_at"))

        signer = d.pop("signer")

        text_sha256 = d.pop("text_sha256")

        new_consent = cls(
            given_at=given_at,
            signer=signer,
            text_sha256=text_sha256,
        )

        return new_consent

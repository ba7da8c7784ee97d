from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HeldConsent")


@_attrs_define
class HeldConsent:
    """What a person agreed to.

    Attributes:
        given_at (datetime.datetime): When the person agreed, by the tenant's word.
        id (UUID): What a person agreed to, once.
        recorded_at (datetime.datetime): When Timbre was told.
        signer (str): The tenant's reference to who signed.
        text_sha256 (None | str): None of a refusal: of whom nothing was recorded before.
        withdrawn_at (datetime.datetime | None): Since when it does not count.
    """

    given_at: datetime.datetime
    id: UUID
    recorded_at: datetime.datetime
    signer: str
    text_sha256: None | str
    withdrawn_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        given_at = self.given_at.isoformat()

        id = str(self.id)

        recorded_at = self.recorded_at.isoformat()

        signer = self.signer

        text_sha256: None | str
        text_sha256 = self.text_sha256

        withdrawn_at: None | str
        if isinstance(self.withdrawn_at, datetime.datetime):
            withdrawn_at = self.withdrawn_at.isoformat()
        else:
            withdrawn_at = self.withdrawn_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "given_at": given_at,
                "id": id,
                "recorded_at": recorded_at,
                "signer": signer,
                "text_sha256": text_sha256,
                "withdrawn_at": withdrawn_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        given_at = datetime.datetime.fromisoformat(d.pop("given_at"))

        id = UUID(d.pop("id"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        signer = d.pop("signer")

        def _parse_text_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text_sha256 = _parse_text_sha256(d.pop("text_sha256"))

        def _parse_withdrawn_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                withdrawn_at_type_0 = datetime.datetime.fromisoformat(data)

                return withdrawn_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at"))

        held_consent = cls(
            given_at=given_at,
            id=id,
            recorded_at=recorded_at,
            signer=signer,
            text_sha256=text_sha256,
            withdrawn_at=withdrawn_at,
        )

        held_consent.additional_properties = d
        return held_consent

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

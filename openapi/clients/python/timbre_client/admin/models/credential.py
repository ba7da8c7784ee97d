from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contract import Contract, check_contract

T = TypeVar("T", bound="Credential")


@_attrs_define
class Credential:
    """A credential, without its secret.

    Attributes:
        contract (Contract): Whose words a request speaks.
        created_at (datetime.datetime): When it was issued.
        id (UUID): A key pair by which a tenant application authenticates.
        key (str): What it is known by.
        label (None | str): What it was given to be known again by.
        last_used_at (datetime.datetime | None): When it was last used, to the minute; null of one that never was.
        revoked_at (datetime.datetime | None): Since when its calls are refused; null of one that was not revoked.
        slot (int | None): Which of the two that may be alive it is; null once it is revoked.
    """

    contract: Contract
    created_at: datetime.datetime
    id: UUID
    key: str
    label: None | str
    last_used_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    slot: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contract: str = self.contract

        created_at = self.created_at.isoformat()

        id = str(self.id)

        key = self.key

        label: None | str
        label = self.label

        last_used_at: None | str
        if isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        slot: int | None
        slot = self.slot

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contract": contract,
                "created_at": created_at,
                "id": id,
                "key": key,
                "label": label,
                "last_used_at": last_used_at,
                "revoked_at": revoked_at,
                "slot": slot,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        contract = check_contract(d.pop("contract"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        key = d.pop("key")

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        def _parse_last_used_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        def _parse_slot(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        slot = _parse_slot(d.pop("slot"))

        credential = cls(
            contract=contract,
            created_at=created_at,
            id=id,
            key=key,
            label=label,
            last_used_at=last_used_at,
            revoked_at=revoked_at,
            slot=slot,
        )

        credential.additional_properties = d
        return credential

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

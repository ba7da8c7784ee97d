from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contract import Contract, check_contract
from ..types import UNSET, Unset

T = TypeVar("T", bound="IssuedCredential")


@_attrs_define
class IssuedCredential:
    """A credential just issued, as applications of its contract present it: shown in this reply only.

    Attributes:
        contract (Contract): Whose words a request speaks.
        id (UUID): A key pair by which a tenant application authenticates.
        key (str): What it is known by.
        label (None | str): What it was given to be known again by.
        apikey (str | Unset): Of DeepAffects.
        secret (str | Unset): Of BiometrID: goes with the key.
        subscription_key (str | Unset): Of Azure.
    """

    contract: Contract
    id: UUID
    key: str
    label: None | str
    apikey: str | Unset = _attrs_field(default=UNSET, repr=False)
    secret: str | Unset = _attrs_field(default=UNSET, repr=False)
    subscription_key: str | Unset = _attrs_field(default=UNSET, repr=False)
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contract: str = self.contract

        id = str(self.id)

        key = self.key

        label: None | str
        label = self.label

        apikey = self.apikey

        secret = self.secret

        subscription_key = self.subscription_key

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contract": contract,
                "id": id,
                "key": key,
                "label": label,
            }
        )
        if apikey is not UNSET:
            field_dict["apikey"] = apikey
        if secret is not UNSET:
            field_dict["secret"] = secret
        if subscription_key is not UNSET:
            field_dict["subscription_key"] = subscription_key

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        contract = check_contract(d.pop("contract"))

        id = UUID(d.pop("id"))

        key = d.pop("key")

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        apikey = d.pop("apikey", UNSET)

        secret = d.pop("secret", UNSET)

        subscription_key = d.pop("subscription_key", UNSET)

        issued_credential = cls(
            contract=contract,
            id=id,
            key=key,
            label=label,
            apikey=apikey,
            secret=secret,
            subscription_key=subscription_key,
        )

        issued_credential.additional_properties = d
        return issued_credential

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

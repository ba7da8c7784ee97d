from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.contract import Contract, check_contract
from ..types import UNSET, Unset

T = TypeVar("T", bound="AccessPolicy")


@_attrs_define
class AccessPolicy:
    """What a tenant may call, and with what.

    Attributes:
        contracts (list[Contract] | Unset): Contracts that may be called; to those left out the tenant's keys are
            unknown.
        formats (list[str] | Unset): Formats of recordings that are taken: wav, flac, mp3, ogg, mp4, webm, aac, and raw
            for bare samples without a container. A contract may take fewer.
    """

    contracts: list[Contract] | Unset = UNSET
    formats: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        contracts: list[str] | Unset = UNSET
        if not isinstance(self.contracts, Unset):
            contracts = []
            for contracts_item_data in self.contracts:
                contracts_item: str = contracts_item_data
                contracts.append(contracts_item)

        formats: list[str] | Unset = UNSET
        if not isinstance(self.formats, Unset):
            formats = self.formats

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if contracts is not UNSET:
            field_dict["contracts"] = contracts
        if formats is not UNSET:
            field_dict["formats"] = formats

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _contracts = d.pop("contracts", UNSET)
        contracts: list[Contract] | Unset = UNSET
        if _contracts is not UNSET:
            contracts = []
            for contracts_item_data in _contracts:
                contracts_item = check_contract(contracts_item_data)

                contracts.append(contracts_item)

        formats = cast(list[str], d.pop("formats", UNSET))

        access_policy = cls(
            contracts=contracts,
            formats=formats,
        )

        return access_policy

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.contract import Contract, check_contract
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewCredential")


@_attrs_define
class NewCredential:
    """A credential that is asked for.

    Attributes:
        contract (Contract): Whose words a request speaks.
        label (None | str | Unset): For people, to know it again.
    """

    contract: Contract
    label: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        contract: str = self.contract

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "contract": contract,
            }
        )
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        contract = check_contract(d.pop("contract"))

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        new_credential = cls(
            contract=contract,
            label=label,
        )

        return new_credential

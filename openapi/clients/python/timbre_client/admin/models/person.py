from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.enrolment import Enrolment


T = TypeVar("T", bound="Person")


@_attrs_define
class Person:
    """Somebody whom any contract knows, with all enrolments.

    Attributes:
        created_at (datetime.datetime): When they became known.
        enrolments (list[Enrolment]): Their voices, the oldest first.
        id (str): The person's id: 24 hexadecimal digits.
        mac_address (None | str): The address of the device that a BiometrID application bound to them.
        pseudonym (str): As the audit trail and receipts call them.
        reference_id (None | str): What a BiometrID application calls them.
    """

    created_at: datetime.datetime
    enrolments: list[Enrolment]
    id: str
    mac_address: None | str
    pseudonym: str
    reference_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        enrolments = []
        for enrolments_item_data in self.enrolments:
            enrolments_item = enrolments_item_data.to_dict()
            enrolments.append(enrolments_item)

        id = self.id

        mac_address: None | str
        mac_address = self.mac_address

        pseudonym = self.pseudonym

        reference_id: None | str
        reference_id = self.reference_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "enrolments": enrolments,
                "id": id,
                "mac_address": mac_address,
                "pseudonym": pseudonym,
                "reference_id": reference_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.enrolment import Enrolment

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        enrolments = []
        _enrolments = d.pop("enrolments")
        for enrolments_item_data in _enrolments:
            enrolments_item = Enrolment.from_dict(enrolments_item_data)

            enrolments.append(enrolments_item)

        id = d.pop("id")

        def _parse_mac_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        mac_address = _parse_mac_address(d.pop("mac_address"))

        pseudonym = d.pop("pseudonym")

        def _parse_reference_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference_id = _parse_reference_id(d.pop("reference_id"))

        person = cls(
            created_at=created_at,
            enrolments=enrolments,
            id=id,
            mac_address=mac_address,
            pseudonym=pseudonym,
            reference_id=reference_id,
        )

        person.additional_properties = d
        return person

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

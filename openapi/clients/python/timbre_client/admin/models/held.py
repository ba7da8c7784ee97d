from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.held_consent import HeldConsent
    from ..models.held_dialogue import HeldDialogue
    from ..models.held_enrolment import HeldEnrolment


T = TypeVar("T", bound="Held")


@_attrs_define
class Held:
    """What is held about a person.

    Attributes:
        app_token (None | str): What that application's push service knows the device by.
        consents (list[HeldConsent]): What they agreed to, withdrawn consents too.
        created_at (datetime.datetime): When they became known.
        dialogues (list[HeldDialogue]): The latest 1000, newest first.
        enrolments (list[HeldEnrolment]): Their voices.
        mac_address (None | str): The address of the device that a BiometrID application bound to them.
        own_key (bool): Whether what is kept is sealed under a key of the person's own.
        person (str): A person's id, as its 24 digits.
        pseudonym (str): What the person is called where ids must not stand: in the audit trail, and in the receipt of
            an erasure.
        reference_id (None | str): What a BiometrID application calls them.
        seen_at (datetime.datetime | None): When the voice was last enrolled or recognised, to the hour.
    """

    app_token: None | str
    consents: list[HeldConsent]
    created_at: datetime.datetime
    dialogues: list[HeldDialogue]
    enrolments: list[HeldEnrolment]
    mac_address: None | str
    own_key: bool
    person: str
    pseudonym: str
    reference_id: None | str
    seen_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        app_token: None | str
        app_token = self.app_token

        consents = []
        for consents_item_data in self.consents:
            consents_item = consents_item_data.to_dict()
            consents.append(consents_item)

        created_at = self.created_at.isoformat()

        dialogues = []
        for dialogues_item_data in self.dialogues:
            dialogues_item = dialogues_item_data.to_dict()
            dialogues.append(dialogues_item)

        enrolments = []
        for enrolments_item_data in self.enrolments:
            enrolments_item = enrolments_item_data.to_dict()
            enrolments.append(enrolments_item)

        mac_address: None | str
        mac_address = self.mac_address

        own_key = self.own_key

        person = self.person

        pseudonym = self.pseudonym

        reference_id: None | str
        reference_id = self.reference_id

        seen_at: None | str
        if isinstance(self.seen_at, datetime.datetime):
            seen_at = self.seen_at.isoformat()
        else:
            seen_at = self.seen_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "app_token": app_token,
                "consents": consents,
                "created_at": created_at,
                "dialogues": dialogues,
                "enrolments": enrolments,
                "mac_address": mac_address,
                "own_key": own_key,
                "person": person,
                "pseudonym": pseudonym,
                "reference_id": reference_id,
                "seen_at": seen_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.held_consent import HeldConsent
        from ..models.held_dialogue import HeldDialogue
        from ..models.held_enrolment import HeldEnrolment

        d = dict(src_dict)

        def _parse_app_token(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        app_token = _parse_app_token(d.pop("app_token"))

        consents = []
        _consents = d.pop("consents")
        for consents_item_data in _consents:
            consents_item = HeldConsent.from_dict(consents_item_data)

            consents.append(consents_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        dialogues = []
        _dialogues = d.pop("dialogues")
        for dialogues_item_data in _dialogues:
            dialogues_item = HeldDialogue.from_dict(dialogues_item_data)

            dialogues.append(dialogues_item)

        enrolments = []
        _enrolments = d.pop("enrolments")
        for enrolments_item_data in _enrolments:
            enrolments_item = HeldEnrolment.from_dict(enrolments_item_data)

            enrolments.append(enrolments_item)

        def _parse_mac_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        mac_address = _parse_mac_address(d.pop("mac_address"))

        own_key = d.pop("own_key")

        person = d.pop("person")

        pseudonym = d.pop("pseudonym")

        def _parse_reference_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference_id = _parse_reference_id(d.pop("reference_id"))

        def _parse_seen_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                seen_at_type_0 = datetime.datetime.fromisoformat(data)

                return seen_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        seen_at = _parse_seen_at(d.pop("seen_at"))

        held = cls(
            app_token=app_token,
            consents=consents,
            created_at=created_at,
            dialogues=dialogues,
            enrolments=enrolments,
            mac_address=mac_address,
            own_key=own_key,
            person=person,
            pseudonym=pseudonym,
            reference_id=reference_id,
            seen_at=seen_at,
        )

        held.additional_properties = d
        return held

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

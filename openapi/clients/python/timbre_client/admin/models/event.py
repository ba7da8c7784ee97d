from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    """An event of an audit trail.

    Attributes:
        action (str): What was done: a noun, a dot and a participle, as in `tenant.created`. There may be more of them
            in a later version.
        actor (str): Who did it: `application:…`, `operator:…`, `token:…`, `command-line:…`, `unknown` or `system`.
        address (None | str): Where the call came from.
        at (datetime.datetime): When it was done.
        detail (Any): What else there is to say; which fields, the action tells.
        number (int): From 1, without gaps.
        person (None | str): A pseudonym: the trail outlives the person's erasure.
        target (None | str): What it was done to.
    """

    action: str
    actor: str
    address: None | str
    at: datetime.datetime
    detail: Any
    number: int
    person: None | str
    target: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action = self.action

        actor = self.actor

        address: None | str
        address = self.address

        at = self.at.isoformat()

        detail = self.detail

        number = self.number

        person: None | str
        person = self.person

        target: None | str
        target = self.target

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "actor": actor,
                "address": address,
                "at": at,
                "detail": detail,
                "number": number,
                "person": person,
                "target": target,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        action = d.pop("action")

        actor = d.pop("actor")

        def _parse_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        address = _parse_address(d.pop("address"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        detail = d.pop("detail")

        number = d.pop("number")

        def _parse_person(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        person = _parse_person(d.pop("person"))

        def _parse_target(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        target = _parse_target(d.pop("target"))

        event = cls(
            action=action,
            actor=actor,
            address=address,
            at=at,
            detail=detail,
            number=number,
            person=person,
            target=target,
        )

        event.additional_properties = d
        return event

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_state import DeliveryState, check_delivery_state

if TYPE_CHECKING:
    from ..models.message_try import MessageTry


T = TypeVar("T", bound="Message")


@_attrs_define
class Message:
    """A message about a job's end, with every try of it.

    Attributes:
        created_at (datetime.datetime): When the job ended.
        id (UUID): A message about the end of a job to whoever asked for it. The same for each try, so that a repeat is
            known.
        next_at (datetime.datetime): When it is tried next, if it is.
        state (DeliveryState): Where a message stands.
        tries (list[MessageTry]): Each time that it was sent, the first first.
        webhook_id (str): The `webhook-id` that receivers see: the same for each try.
    """

    created_at: datetime.datetime
    id: UUID
    next_at: datetime.datetime
    state: DeliveryState
    tries: list[MessageTry]
    webhook_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        id = str(self.id)

        next_at = self.next_at.isoformat()

        state: str = self.state

        tries = []
        for tries_item_data in self.tries:
            tries_item = tries_item_data.to_dict()
            tries.append(tries_item)

        webhook_id = self.webhook_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "id": id,
                "next_at": next_at,
                "state": state,
                "tries": tries,
                "webhook_id": webhook_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.message_try import MessageTry

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        next_at = datetime.datetime.fromisoformat(d.pop("next_at"))

        state = check_delivery_state(d.pop("state"))

        tries = []
        _tries = d.pop("tries")
        for tries_item_data in _tries:
            tries_item = MessageTry.from_dict(tries_item_data)

            tries.append(tries_item)

        webhook_id = d.pop("webhook_id")

        message = cls(
            created_at=created_at,
            id=id,
            next_at=next_at,
            state=state,
            tries=tries,
            webhook_id=webhook_id,
        )

        message.additional_properties = d
        return message

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dialogue_state import DialogueState, check_dialogue_state
from ..models.failure import Failure, check_failure
from ..models.purpose import Purpose, check_purpose

if TYPE_CHECKING:
    from ..models.held_turn import HeldTurn


T = TypeVar("T", bound="HeldDialogue")


@_attrs_define
class HeldDialogue:
    """A dialogue with a person, without its codes.

    Attributes:
        began_at (datetime.datetime): When it began.
        ended_at (datetime.datetime | None): When it ended; null of one that is open.
        failure (Failure | None): Why it failed.
        id (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents it.
        language (str): In which the codes were spoken, as in `en-US`.
        purpose (Purpose): What a dialogue is for.
        state (DialogueState): How a dialogue stands.
        turns (list[HeldTurn]): Its recordings, in the order in which they came.
    """

    began_at: datetime.datetime
    ended_at: datetime.datetime | None
    failure: Failure | None
    id: UUID
    language: str
    purpose: Purpose
    state: DialogueState
    turns: list[HeldTurn]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        began_at = self.began_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        failure: None | str
        if isinstance(self.failure, str):
            failure = self.failure
        else:
            failure = self.failure

        id = str(self.id)

        language = self.language

        purpose: str = self.purpose

        state: str = self.state

        turns = []
        for turns_item_data in self.turns:
            turns_item = turns_item_data.to_dict()
            turns.append(turns_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "began_at": began_at,
                "ended_at": ended_at,
                "failure": failure,
                "id": id,
                "language": language,
                "purpose": purpose,
                "state": state,
                "turns": turns,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.held_turn import HeldTurn

        d = dict(src_dict)
        began_at = datetime.datetime.fromisoformat(d.pop("began_at"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_failure(data: object) -> Failure | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failure_type_0 = check_failure(data)

                return failure_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Failure | None, data)

        failure = _parse_failure(d.pop("failure"))

        id = UUID(d.pop("id"))

        language = d.pop("language")

        purpose = check_purpose(d.pop("purpose"))

        state = check_dialogue_state(d.pop("state"))

        turns = []
        _turns = d.pop("turns")
        for turns_item_data in _turns:
            turns_item = HeldTurn.from_dict(turns_item_data)

            turns.append(turns_item)

        held_dialogue = cls(
            began_at=began_at,
            ended_at=ended_at,
            failure=failure,
            id=id,
            language=language,
            purpose=purpose,
            state=state,
            turns=turns,
        )

        held_dialogue.additional_properties = d
        return held_dialogue

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

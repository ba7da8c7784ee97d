from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dialogue_state import DialogueState, check_dialogue_state
from ..models.failure import Failure, check_failure
from ..models.purpose import Purpose, check_purpose

T = TypeVar("T", bound="Dialogue")


@_attrs_define
class Dialogue:
    """A dialogue, without its code.

    Attributes:
        accepted (int): Recordings that were accepted.
        created_at (datetime.datetime): When it began.
        expires_at (datetime.datetime): When it is over, should it still be open.
        failure (Failure | None): Why it failed.
        failures (int): Recordings that were not.
        finished_at (datetime.datetime | None): When it ended; null of one that is open.
        id (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents it.
        language (str): In which the codes are spoken, as in `en-US`.
        person (str): The person's id: 24 hexadecimal digits.
        purpose (Purpose): What a dialogue is for.
        state (DialogueState): How a dialogue stands.
    """

    accepted: int
    created_at: datetime.datetime
    expires_at: datetime.datetime
    failure: Failure | None
    failures: int
    finished_at: datetime.datetime | None
    id: UUID
    language: str
    person: str
    purpose: Purpose
    state: DialogueState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accepted = self.accepted

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        failure: None | str
        if isinstance(self.failure, str):
            failure = self.failure
        else:
            failure = self.failure

        failures = self.failures

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        id = str(self.id)

        language = self.language

        person = self.person

        purpose: str = self.purpose

        state: str = self.state

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accepted": accepted,
                "created_at": created_at,
                "expires_at": expires_at,
                "failure": failure,
                "failures": failures,
                "finished_at": finished_at,
                "id": id,
                "language": language,
                "person": person,
                "purpose": purpose,
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        accepted = d.pop("accepted")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

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

        failures = d.pop("failures")

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        id = UUID(d.pop("id"))

        language = d.pop("language")

        person = d.pop("person")

        purpose = check_purpose(d.pop("purpose"))

        state = check_dialogue_state(d.pop("state"))

        dialogue = cls(
            accepted=accepted,
            created_at=created_at,
            expires_at=expires_at,
            failure=failure,
            failures=failures,
            finished_at=finished_at,
            id=id,
            language=language,
            person=person,
            purpose=purpose,
            state=state,
        )

        dialogue.additional_properties = d
        return dialogue

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

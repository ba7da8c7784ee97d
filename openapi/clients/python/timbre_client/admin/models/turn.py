from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.turn_decision import TurnDecision, check_turn_decision

if TYPE_CHECKING:
    from ..models.report import Report


T = TypeVar("T", bound="Turn")


@_attrs_define
class Turn:
    """A recording of a dialogue, and what was decided on it.

    Attributes:
        created_at (datetime.datetime): When the recording came.
        decision (TurnDecision): `OK`, why the recording does not serve, or why the dialogue ended with it and without
            success.
        id (UUID): One submitted recording of a dialogue and what was decided about it.
        measured (None | Report): What was measured of it; null where that can no longer be read.
        number (int): From 1.
    """

    created_at: datetime.datetime
    decision: TurnDecision
    id: UUID
    measured: None | Report
    number: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.report import Report

        created_at = self.created_at.isoformat()

        decision: str = self.decision

        id = str(self.id)

        measured: dict[str, Any] | None
        if isinstance(self.measured, Report):
            measured = self.measured.to_dict()
        else:
            measured = self.measured

        number = self.number

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "decision": decision,
                "id": id,
                "measured": measured,
                "number": number,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.report import Report

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        decision = check_turn_decision(d.pop("decision"))

        id = UUID(d.pop("id"))

        def _parse_measured(data: object) -> None | Report:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                measured_type_0 = Report.from_dict(data)

                return measured_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Report, data)

        measured = _parse_measured(d.pop("measured"))

        number = d.pop("number")

        turn = cls(
            created_at=created_at,
            decision=decision,
            id=id,
            measured=measured,
            number=number,
        )

        turn.additional_properties = d
        return turn

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

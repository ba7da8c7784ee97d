from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Counted")


@_attrs_define
class Counted:
    """How much was kept of a person.

    Attributes:
        consents (int): Consents and refusals.
        dialogues (int): Dialogues.
        enrolments (int): Enrolments, profiles and speakers.
        objects (int): Sealed objects in the vault.
        samples (int): Recordings that were kept of enrolments.
        turns (int): Recordings that came in dialogues.
        voiceprints (int): Voiceprints, one for each model of each enrolment.
    """

    consents: int
    dialogues: int
    enrolments: int
    objects: int
    samples: int
    turns: int
    voiceprints: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consents = self.consents

        dialogues = self.dialogues

        enrolments = self.enrolments

        objects = self.objects

        samples = self.samples

        turns = self.turns

        voiceprints = self.voiceprints

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consents": consents,
                "dialogues": dialogues,
                "enrolments": enrolments,
                "objects": objects,
                "samples": samples,
                "turns": turns,
                "voiceprints": voiceprints,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        consents = d.pop("consents")

        dialogues = d.pop("dialogues")

        enrolments = d.pop("enrolments")

        objects = d.pop("objects")

        samples = d.pop("samples")

        turns = d.pop("turns")

        voiceprints = d.pop("voiceprints")

        counted = cls(
            consents=consents,
            dialogues=dialogues,
            enrolments=enrolments,
            objects=objects,
            samples=samples,
            turns=turns,
            voiceprints=voiceprints,
        )

        counted.additional_properties = d
        return counted

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recognition_result import RecognitionResult, check_recognition_result

T = TypeVar("T", bound="Verification")


@_attrs_define
class Verification:
    """Whether a recording is of the profile's owner.

    Attributes:
        recognition_result (RecognitionResult): Whether a voice is accepted as the owner's.
        score (float): A score to the ten-thousandth, downwards: what is shown as 0.5 was accepted.
    """

    recognition_result: RecognitionResult
    score: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        recognition_result: str = self.recognition_result

        score = self.score

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "recognitionResult": recognition_result,
                "score": score,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        recognition_result = check_recognition_result(d.pop("recognitionResult"))

        score = d.pop("score")

        verification = cls(
            recognition_result=recognition_result,
            score=score,
        )

        verification.additional_properties = d
        return verification

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DialoguePolicy")


@_attrs_define
class DialoguePolicy:
    """How a dialogue runs.

    Attributes:
        code_length (int | Unset): Digits in a code. Default: 4.
        code_seconds (int | Unset): Seconds within which a shown code must be spoken. Default: 120.
        dialogue_seconds (int | Unset): Seconds after which an unfinished dialogue is over. Default: 900.
        enrol_codes (int | Unset): Accepted codes that make an enrolment. Default: 3.
        max_sqm_failures (int | Unset): Refused samples that end a dialogue. Default: 3.
        resume_without_cookie (bool | Unset): Whether a call whose session cookie is lost goes on with the subject's
            open dialogue instead of
            starting a new one. Default: False.
        verify_codes (int | Unset): Accepted codes after which a verification must decide. Default: 3.
    """

    code_length: int | Unset = 4
    code_seconds: int | Unset = 120
    dialogue_seconds: int | Unset = 900
    enrol_codes: int | Unset = 3
    max_sqm_failures: int | Unset = 3
    resume_without_cookie: bool | Unset = False
    verify_codes: int | Unset = 3

    def to_dict(self) -> dict[str, Any]:
        code_length = self.code_length

        code_seconds = self.code_seconds

        dialogue_seconds = self.dialogue_seconds

        enrol_codes = self.enrol_codes

        max_sqm_failures = self.max_sqm_failures

        resume_without_cookie = self.resume_without_cookie

        verify_codes = self.verify_codes

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if code_length is not UNSET:
            field_dict["code_length"] = code_length
        if code_seconds is not UNSET:
            field_dict["code_seconds"] = code_seconds
        if dialogue_seconds is not UNSET:
            field_dict["dialogue_seconds"] = dialogue_seconds
        if enrol_codes is not UNSET:
            field_dict["enrol_codes"] = enrol_codes
        if max_sqm_failures is not UNSET:
            field_dict["max_sqm_failures"] = max_sqm_failures
        if resume_without_cookie is not UNSET:
            field_dict["resume_without_cookie"] = resume_without_cookie
        if verify_codes is not UNSET:
            field_dict["verify_codes"] = verify_codes

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        code_length = d.pop("code_length", UNSET)

        code_seconds = d.pop("code_seconds", UNSET)

        dialogue_seconds = d.pop("dialogue_seconds", UNSET)

        enrol_codes = d.pop("enrol_codes", UNSET)

        max_sqm_failures = d.pop("max_sqm_failures", UNSET)

        resume_without_cookie = d.pop("resume_without_cookie", UNSET)

        verify_codes = d.pop("verify_codes", UNSET)

        dialogue_policy = cls(
            code_length=code_length,
            code_seconds=code_seconds,
            dialogue_seconds=dialogue_seconds,
            enrol_codes=enrol_codes,
            max_sqm_failures=max_sqm_failures,
            resume_without_cookie=resume_without_cookie,
            verify_codes=verify_codes,
        )

        return dialogue_policy

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contract import Contract, check_contract
from ..models.scheme import Scheme, check_scheme

if TYPE_CHECKING:
    from ..models.profile import Profile


T = TypeVar("T", bound="Enrolment")


@_attrs_define
class Enrolment:
    """One voice of somebody, under one contract.

    Attributes:
        begun_at (datetime.datetime): When the enrolment began.
        contract (Contract): Whose words a request speaks.
        failed_verifications (int): In a row, up to now.
        id (UUID): One subject's enrolment under one scheme.
        language (str): In which they speak, as in `en-US`.
        locked (bool): Whether failed verifications turn the next one down now.
        locked_until (datetime.datetime | None): Null where nothing but a reset ends it.
        profile (None | Profile): Of profiles and speakers.
        scheme (Scheme): What a person says, and so how it is compared.
    """

    begun_at: datetime.datetime
    contract: Contract
    failed_verifications: int
    id: UUID
    language: str
    locked: bool
    locked_until: datetime.datetime | None
    profile: None | Profile
    scheme: Scheme
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.profile import Profile

        begun_at = self.begun_at.isoformat()

        contract: str = self.contract

        failed_verifications = self.failed_verifications

        id = str(self.id)

        language = self.language

        locked = self.locked

        locked_until: None | str
        if isinstance(self.locked_until, datetime.datetime):
            locked_until = self.locked_until.isoformat()
        else:
            locked_until = self.locked_until

        profile: dict[str, Any] | None
        if isinstance(self.profile, Profile):
            profile = self.profile.to_dict()
        else:
            profile = self.profile

        scheme: str = self.scheme

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begun_at": begun_at,
                "contract": contract,
                "failed_verifications": failed_verifications,
                "id": id,
                "language": language,
                "locked": locked,
                "locked_until": locked_until,
                "profile": profile,
                "scheme": scheme,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.profile import Profile

        d = dict(src_dict)
        begun_at = datetime.datetime.fromisoformat(d.pop("begun_at"))

        contract = check_contract(d.pop("contract"))

        failed_verifications = d.pop("failed_verifications")

        id = UUID(d.pop("id"))

        language = d.pop("language")

        locked = d.pop("locked")

        def _parse_locked_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                locked_until_type_0 = datetime.datetime.fromisoformat(data)

                return locked_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        locked_until = _parse_locked_until(d.pop("locked_until"))

        def _parse_profile(data: object) -> None | Profile:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                profile_type_0 = Profile.from_dict(data)

                return profile_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Profile, data)

        profile = _parse_profile(d.pop("profile"))

        scheme = check_scheme(d.pop("scheme"))

        enrolment = cls(
            begun_at=begun_at,
            contract=contract,
            failed_verifications=failed_verifications,
            id=id,
            language=language,
            locked=locked,
            locked_until=locked_until,
            profile=profile,
            scheme=scheme,
        )

        enrolment.additional_properties = d
        return enrolment

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

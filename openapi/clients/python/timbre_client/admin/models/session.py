from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.session_token_type import SessionTokenType, check_session_token_type

if TYPE_CHECKING:
    from ..models.operator import Operator


T = TypeVar("T", bound="Session")


@_attrs_define
class Session:
    """A session that has begun or goes on.

    Attributes:
        access_token (str): Goes into `Authorization: Bearer …`.
        expires_in (int): Seconds for which it is good.
        operator (Operator): An operator as anybody may see them who may see operators.
        refresh_token (str): With which the session goes on, once.
        session_expires_at (datetime.datetime): When the session is over however often it goes on: twelve hours after
            its login.
        token_type (SessionTokenType): How the access token is sent.
    """

    access_token: str = _attrs_field(repr=False)
    expires_in: int
    operator: Operator
    refresh_token: str = _attrs_field(repr=False)
    session_expires_at: datetime.datetime
    token_type: SessionTokenType
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        access_token = self.access_token

        expires_in = self.expires_in

        operator = self.operator.to_dict()

        refresh_token = self.refresh_token

        session_expires_at = self.session_expires_at.isoformat()

        token_type: str = self.token_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "access_token": access_token,
                "expires_in": expires_in,
                "operator": operator,
                "refresh_token": refresh_token,
                "session_expires_at": session_expires_at,
                "token_type": token_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.operator import Operator

        d = dict(src_dict)
        access_token = d.pop("access_token")

        expires_in = d.pop("expires_in")

        operator = Operator.from_dict(d.pop("operator"))

        refresh_token = d.pop("refresh_token")

        session_expires_at = datetime.datetime.fromisoformat(
            d.pop("session_expires_at")
        )

        token_type = check_session_token_type(d.pop("token_type"))

        session = cls(
            access_token=access_token,
            expires_in=expires_in,
            operator=operator,
            refresh_token=refresh_token,
            session_expires_at=session_expires_at,
            token_type=token_type,
        )

        session.additional_properties = d
        return session

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role import Role, check_role

T = TypeVar("T", bound="MadeOperator")


@_attrs_define
class MadeOperator:
    """An operator just made, with the password that was made up: shown in this reply only.

    Attributes:
        created_at (datetime.datetime): When they were made.
        disabled_at (datetime.datetime | None): Since when they may not log in.
        email (str): What they log in by.
        id (UUID): A person who runs this installation, or one tenant of it.
        name (str): What they are called.
        password (None | str): The password that was made up. It is shown in no other reply.
        role (Role): A role.
        tenant (None | UUID): Of a tenant's admin.
    """

    created_at: datetime.datetime
    disabled_at: datetime.datetime | None
    email: str
    id: UUID
    name: str
    password: None | str = _attrs_field(repr=False)
    role: Role
    tenant: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        disabled_at: None | str
        if isinstance(self.disabled_at, datetime.datetime):
            disabled_at = self.disabled_at.isoformat()
        else:
            disabled_at = self.disabled_at

        email = self.email

        id = str(self.id)

        name = self.name

        password: None | str
        password = self.password

        role: str = self.role

        tenant: None | str
        if isinstance(self.tenant, UUID):
            tenant = str(self.tenant)
        else:
            tenant = self.tenant

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "disabled_at": disabled_at,
                "email": email,
                "id": id,
                "name": name,
                "password": password,
                "role": role,
                "tenant": tenant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_disabled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_at_type_0 = datetime.datetime.fromisoformat(data)

                return disabled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        disabled_at = _parse_disabled_at(d.pop("disabled_at"))

        email = d.pop("email")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        def _parse_password(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        password = _parse_password(d.pop("password"))

        role = check_role(d.pop("role"))

        def _parse_tenant(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tenant_type_0 = UUID(data)

                return tenant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        tenant = _parse_tenant(d.pop("tenant"))

        made_operator = cls(
            created_at=created_at,
            disabled_at=disabled_at,
            email=email,
            id=id,
            name=name,
            password=password,
            role=role,
            tenant=tenant,
        )

        made_operator.additional_properties = d
        return made_operator

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

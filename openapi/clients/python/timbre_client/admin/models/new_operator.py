from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.role import Role, check_role
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewOperator")


@_attrs_define
class NewOperator:
    """An operator who is to be.

    Attributes:
        email (str): Where they are reached, and what they log in by: of one operator only.
        name (str): What they are called: 1 to 255 characters, not all blanks, none of them a control character.
        role (Role): A role.
        tenant (None | Unset | UUID): Of a tenant's admin.
    """

    email: str
    name: str
    role: Role
    tenant: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        name = self.name

        role: str = self.role

        tenant: None | str | Unset
        if isinstance(self.tenant, Unset):
            tenant = UNSET
        elif isinstance(self.tenant, UUID):
            tenant = str(self.tenant)
        else:
            tenant = self.tenant

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "email": email,
                "name": name,
                "role": role,
            }
        )
        if tenant is not UNSET:
            field_dict["tenant"] = tenant

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        email = d.pop("email")

        name = d.pop("name")

        role = check_role(d.pop("role"))

        def _parse_tenant(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tenant_type_0 = UUID(data)

                return tenant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        tenant = _parse_tenant(d.pop("tenant", UNSET))

        new_operator = cls(
            email=email,
            name=name,
            role=role,
            tenant=tenant,
        )

        return new_operator

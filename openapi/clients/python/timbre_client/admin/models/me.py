from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role import Role, check_role

if TYPE_CHECKING:
    from ..models.operator import Operator


T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """Who asks.

    Attributes:
        operator (None | Operator): Null of a program: it has no account.
        permissions (list[str]): What the role may do, by the names that operations have for what they need. There may
            be more of them in a later version.
        role (Role): A role.
        tenant (None | UUID): Of a tenant's admin.
    """

    operator: None | Operator
    permissions: list[str]
    role: Role
    tenant: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.operator import Operator

        operator: dict[str, Any] | None
        if isinstance(self.operator, Operator):
            operator = self.operator.to_dict()
        else:
            operator = self.operator

        permissions = self.permissions

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
                "operator": operator,
                "permissions": permissions,
                "role": role,
                "tenant": tenant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.operator import Operator

        d = dict(src_dict)

        def _parse_operator(data: object) -> None | Operator:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                operator_type_0 = Operator.from_dict(data)

                return operator_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Operator, data)

        operator = _parse_operator(d.pop("operator"))

        permissions = cast(list[str], d.pop("permissions"))

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

        me = cls(
            operator=operator,
            permissions=permissions,
            role=role,
            tenant=tenant,
        )

        me.additional_properties = d
        return me

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

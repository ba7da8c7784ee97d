from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.counted import Counted
    from ..models.traces import Traces


T = TypeVar("T", bound="Receipt")


@_attrs_define
class Receipt:
    """What a receipt says.

    Attributes:
        erased (Counted): How much was kept of a person.
        erased_at (datetime.datetime): When nothing was left.
        iat (int): Seconds since 1970 at which it was signed.
        iss (str): Who signed it: `timbre`.
        jti (UUID): One erasure of a person.
        key_destroyed (bool): Whether the person had a key of its own, and it was destroyed. Without one, backups stay
            readable until they are gone.
        left (Traces): What is found of a person.
        opted_out (bool): Whether nobody is made known by any of the person's names again.
        person (str): The person's pseudonym with the tenant.
        requested_at (datetime.datetime): When the erasure was asked for.
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one first.
    """

    erased: Counted
    erased_at: datetime.datetime
    iat: int
    iss: str
    jti: UUID
    key_destroyed: bool
    left: Traces
    opted_out: bool
    person: str
    requested_at: datetime.datetime
    tenant: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        erased = self.erased.to_dict()

        erased_at = self.erased_at.isoformat()

        iat = self.iat

        iss = self.iss

        jti = str(self.jti)

        key_destroyed = self.key_destroyed

        left = self.left.to_dict()

        opted_out = self.opted_out

        person = self.person

        requested_at = self.requested_at.isoformat()

        tenant = str(self.tenant)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "erased": erased,
                "erased_at": erased_at,
                "iat": iat,
                "iss": iss,
                "jti": jti,
                "key_destroyed": key_destroyed,
                "left": left,
                "opted_out": opted_out,
                "person": person,
                "requested_at": requested_at,
                "tenant": tenant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.counted import Counted
        from ..models.traces import Traces

        d = dict(src_dict)
        erased = Counted.from_dict(d.pop("erased"))

        erased_at = datetime.datetime.fromisoformat(d.pop("erased_at"))

        iat = d.pop("iat")

        iss = d.pop("iss")

        jti = UUID(d.pop("jti"))

        key_destroyed = d.pop("key_destroyed")

        left = Traces.from_dict(d.pop("left"))

        opted_out = d.pop("opted_out")

        person = d.pop("person")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        tenant = UUID(d.pop("tenant"))

        receipt = cls(
            erased=erased,
            erased_at=erased_at,
            iat=iat,
            iss=iss,
            jti=jti,
            key_destroyed=key_destroyed,
            left=left,
            opted_out=opted_out,
            person=person,
            requested_at=requested_at,
            tenant=tenant,
        )

        receipt.additional_properties = d
        return receipt

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

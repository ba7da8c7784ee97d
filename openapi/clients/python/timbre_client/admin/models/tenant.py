from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Tenant")


@_attrs_define
class Tenant:
    """A customer of this installation.

    Attributes:
        created_at (datetime.datetime): When it was made.
        id (UUID): A customer of this installation. Whatever touches tenant data takes one first.
        language (str): In which codes are spoken where nothing else is asked for.
        name (str): What operators call it: of one tenant only.
        suspended_at (datetime.datetime | None): Since when its credentials are unknown.
        voice_engine (bool): Whether its people's voices may be enrolled and verified under BiometrID.
    """

    created_at: datetime.datetime
    id: UUID
    language: str
    name: str
    suspended_at: datetime.datetime | None
    voice_engine: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        id = str(self.id)

        language = self.language

        name = self.name

        suspended_at: None | str
        if isinstance(self.suspended_at, datetime.datetime):
            suspended_at = self.suspended_at.isoformat()
        else:
            suspended_at = self.suspended_at

        voice_engine = self.voice_engine

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "id": id,
                "language": language,
                "name": name,
                "suspended_at": suspended_at,
                "voice_engine": voice_engine,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        language = d.pop("language")

        name = d.pop("name")

        def _parse_suspended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                suspended_at_type_0 = datetime.datetime.fromisoformat(data)

                return suspended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        suspended_at = _parse_suspended_at(d.pop("suspended_at"))

        voice_engine = d.pop("voice_engine")

        tenant = cls(
            created_at=created_at,
            id=id,
            language=language,
            name=name,
            suspended_at=suspended_at,
            voice_engine=voice_engine,
        )

        tenant.additional_properties = d
        return tenant

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

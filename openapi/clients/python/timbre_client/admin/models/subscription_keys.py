from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SubscriptionKeys")


@_attrs_define
class SubscriptionKeys:
    """What an application of Azure calls with.

    Attributes:
        subscription_keys (list[str]): Two, each good by itself, so that applications can change over: one goes into
            `Ocp-Apim-Subscription-Key`.
    """

    subscription_keys: list[str] = _attrs_field(repr=False)
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subscription_keys = self.subscription_keys

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subscription_keys": subscription_keys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        subscription_keys = cast(list[str], d.pop("subscription_keys"))

        subscription_keys = cls(
            subscription_keys=subscription_keys,
        )

        subscription_keys.additional_properties = d
        return subscription_keys

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

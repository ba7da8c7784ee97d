from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.api_keys import ApiKeys
    from ..models.key_and_secret import KeyAndSecret
    from ..models.subscription_keys import SubscriptionKeys


T = TypeVar("T", bound="FirstCredentials")


@_attrs_define
class FirstCredentials:
    """The first credentials of a tenant.

    Attributes:
        azure (SubscriptionKeys): What an application of Azure calls with.
        biometrid (KeyAndSecret): What an application of BiometrID calls with.
        deepaffects (ApiKeys): What an application of DeepAffects calls with.
    """

    azure: SubscriptionKeys
    biometrid: KeyAndSecret
    deepaffects: ApiKeys
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        azure = self.azure.to_dict()

        biometrid = self.biometrid.to_dict()

        deepaffects = self.deepaffects.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "azure": azure,
                "biometrid": biometrid,
                "deepaffects": deepaffects,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.api_keys import ApiKeys
        from ..models.key_and_secret import KeyAndSecret
        from ..models.subscription_keys import SubscriptionKeys

        d = dict(src_dict)
        azure = SubscriptionKeys.from_dict(d.pop("azure"))

        biometrid = KeyAndSecret.from_dict(d.pop("biometrid"))

        deepaffects = ApiKeys.from_dict(d.pop("deepaffects"))

        first_credentials = cls(
            azure=azure,
            biometrid=biometrid,
            deepaffects=deepaffects,
        )

        first_credentials.additional_properties = d
        return first_credentials

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

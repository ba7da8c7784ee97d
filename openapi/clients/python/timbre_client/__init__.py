"""Timbre's APIs, called from Python.

A function for each contract makes its client: the generated one of `timbre_client.biometrid` and so on, with a tenant's credentials and
patience. What a call brings is typed; what was turned down is raised (`Refused`), as is an answer that does not come (`NotAnswered`).
"""

from __future__ import annotations

import ssl
from typing import Any, TypeVar

import httpx

from . import admin, azure, biometrid, deepaffects
from .calling import Patient
from .errors import NotAnswered, Refused, TimbreError, TimedOut

__all__ = [
    "NotAnswered",
    "Refused",
    "TimbreError",
    "TimedOut",
    "admin_client",
    "azure_client",
    "biometrid_client",
    "deepaffects_client",
    "done",
]


T = TypeVar("T")

Verified = str | bool | ssl.SSLContext
"""Whom a client takes for the server: whoever has a certificate of a trusted authority, of those in this file, or in this context; or anybody."""


def done(brought: T | None) -> T:
    """What a call brought. A generated function has None for what is not in its document, which no call that was done brings."""
    if brought is None:
        raise TimbreError("the answer is not in the contract")
    return brought


def biometrid_client(
    base_url: str, key: str, secret: str, *, timeout: float = 60.0, retries: int = 3, verify_ssl: Verified = True
) -> biometrid.AuthenticatedClient:
    """Calls BiometrID's API. One client is one session: make one for each person who speaks at the same time."""
    return biometrid.AuthenticatedClient(
        base_url,
        token=secret,
        prefix="",
        auth_header_name="x-biometrid-secret",
        headers={"x-biometrid-key": key},
        timeout=_timeout(timeout),
        verify_ssl=verify_ssl,
        httpx_args=_patient(retries, verify_ssl),
    )


def azure_client(
    base_url: str, subscription_key: str, *, timeout: float = 60.0, retries: int = 3, verify_ssl: Verified = True
) -> azure.AuthenticatedClient:
    """Calls Azure's Speaker Recognition."""
    return azure.AuthenticatedClient(
        base_url,
        token=subscription_key,
        prefix="",
        auth_header_name="Ocp-Apim-Subscription-Key",
        timeout=_timeout(timeout),
        verify_ssl=verify_ssl,
        httpx_args=_patient(retries, verify_ssl),
    )


def deepaffects_client(
    base_url: str, apikey: str, *, timeout: float = 60.0, retries: int = 3, verify_ssl: Verified = True
) -> deepaffects.AuthenticatedClient:
    """Calls DeepAffects' speaker APIs."""
    # The key stands in the query of every call, and not in the header that the generated client has for one.
    return deepaffects.AuthenticatedClient(
        base_url,
        token="",
        prefix="",
        timeout=_timeout(timeout),
        verify_ssl=verify_ssl,
        httpx_args=_patient(retries, verify_ssl, {"apikey": apikey}),
    )


def admin_client(
    base_url: str, token: str, *, timeout: float = 60.0, retries: int = 3, verify_ssl: Verified = True
) -> admin.AuthenticatedClient:
    """Calls Timbre's API for operators, with an access token or a program's."""
    return admin.AuthenticatedClient(
        base_url,
        token=token,
        timeout=_timeout(timeout),
        verify_ssl=verify_ssl,
        httpx_args=_patient(retries, verify_ssl),
    )


def _timeout(seconds: float) -> httpx.Timeout:
    """For each of connecting, sending, and waiting for what comes next."""
    return httpx.Timeout(seconds)


def _patient(retries: int, verify_ssl: Verified, query: dict[str, str] | None = None) -> dict[str, Any]:
    # A client that is given what it sends by has no say in whom that trusts.
    return {"transport": Patient(retries, query=query or {}, verify_ssl=verify_ssl)}

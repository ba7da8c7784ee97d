from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.tenant import Tenant
from ...models.tenant_change import TenantChange
from ...types import Response


def _get_kwargs(
    tenant: UUID,
    *,
    body: TenantChange,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/admin/v1/tenants/{tenant}".format(
            tenant=quote(str(tenant), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Tenant | None:
    if response.status_code == 200:
        response_200 = Tenant.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Tenant]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: TenantChange,
) -> Response[Tenant]:
    """Renames a tenant, suspends it, or lets it go on.

     What is absent stays. While a tenant is suspended its credentials are unknown, and nothing of it is
    lost. A name that another tenant has is a 409. Needs the permission `tenants.manage`, which these
    have: an owner, an operator.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        body (TenantChange): What is to be otherwise of a tenant: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Tenant]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: TenantChange,
) -> Tenant | None:
    """Renames a tenant, suspends it, or lets it go on.

     What is absent stays. While a tenant is suspended its credentials are unknown, and nothing of it is
    lost. A name that another tenant has is a 409. Needs the permission `tenants.manage`, which these
    have: an owner, an operator.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        body (TenantChange): What is to be otherwise of a tenant: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Tenant
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: TenantChange,
) -> Response[Tenant]:
    """Renames a tenant, suspends it, or lets it go on.

     What is absent stays. While a tenant is suspended its credentials are unknown, and nothing of it is
    lost. A name that another tenant has is a 409. Needs the permission `tenants.manage`, which these
    have: an owner, an operator.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        body (TenantChange): What is to be otherwise of a tenant: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Tenant]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: TenantChange,
) -> Tenant | None:
    """Renames a tenant, suspends it, or lets it go on.

     What is absent stays. While a tenant is suspended its credentials are unknown, and nothing of it is
    lost. A name that another tenant has is a 409. Needs the permission `tenants.manage`, which these
    have: an owner, an operator.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        body (TenantChange): What is to be otherwise of a tenant: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Tenant
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            body=body,
        )
    ).parsed

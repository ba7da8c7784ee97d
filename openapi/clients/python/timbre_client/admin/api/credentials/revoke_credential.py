from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import Response


def _get_kwargs(
    tenant: UUID,
    credential: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/admin/v1/tenants/{tenant}/credentials/{credential}".format(
            tenant=quote(str(tenant), safe=""),
            credential=quote(str(credential), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 204:
        return None

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    credential: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any]:
    """Revokes a credential.

     For good, from the next call on and at every replica. Needs the permission `credentials.manage`,
    which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        credential (UUID): A key pair by which a tenant application authenticates.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        credential=credential,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


async def asyncio_detailed(
    tenant: UUID,
    credential: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any]:
    """Revokes a credential.

     For good, from the next call on and at every replica. Needs the permission `credentials.manage`,
    which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        credential (UUID): A key pair by which a tenant application authenticates.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        credential=credential,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)

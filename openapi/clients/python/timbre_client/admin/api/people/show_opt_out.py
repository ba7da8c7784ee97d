from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.kind import Kind
from ...models.opt_out import OptOut
from ...types import UNSET, Response


def _get_kwargs(
    tenant: UUID,
    *,
    kind: Kind,
    name: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_kind: str = kind
    params["kind"] = json_kind

    params["name"] = name

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/opt-out".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OptOut | None:
    if response.status_code == 200:
        response_200 = OptOut.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[OptOut]:
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
    kind: Kind,
    name: str,
) -> Response[OptOut]:
    """Says whether whoever is called so opted out.

     What they were called is not kept: only somebody who has the name can ask. Needs the permission
    `people.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[OptOut]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        kind=kind,
        name=name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    kind: Kind,
    name: str,
) -> OptOut | None:
    """Says whether whoever is called so opted out.

     What they were called is not kept: only somebody who has the name can ask. Needs the permission
    `people.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        OptOut
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        kind=kind,
        name=name,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    kind: Kind,
    name: str,
) -> Response[OptOut]:
    """Says whether whoever is called so opted out.

     What they were called is not kept: only somebody who has the name can ask. Needs the permission
    `people.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[OptOut]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        kind=kind,
        name=name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    kind: Kind,
    name: str,
) -> OptOut | None:
    """Says whether whoever is called so opted out.

     What they were called is not kept: only somebody who has the name can ask. Needs the permission
    `people.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        OptOut
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            kind=kind,
            name=name,
        )
    ).parsed

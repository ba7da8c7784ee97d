from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.policy import Policy
from ...types import Response


def _get_kwargs(
    tenant: UUID,
    *,
    body: Policy,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/admin/v1/tenants/{tenant}/policy".format(
            tenant=quote(str(tenant), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Policy | None:
    if response.status_code == 200:
        response_200 = Policy.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Policy]:
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
    body: Policy,
    if_match: str,
) -> Response[Policy]:
    """Replaces the policy that was read.

     It is in force at the next call, at every replica, and is checked as a whole: settings that do not
    go together are a 422, and nothing is changed. A value that is absent is the shipped default. Where
    somebody else was faster, the reply is a 412: read it again. The sections access, rates, quotas and
    retention are an owner's or an operator's to change; a tenant's admin who changes one is told 403.
    Needs the permission `policy.change`, which these have: an owner, an operator, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        if_match (str):
        body (Policy): A tenant's policy. A value that is absent, as in a policy that was stored
            before the value existed, is the
            shipped default.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Policy]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: Policy,
    if_match: str,
) -> Policy | None:
    """Replaces the policy that was read.

     It is in force at the next call, at every replica, and is checked as a whole: settings that do not
    go together are a 422, and nothing is changed. A value that is absent is the shipped default. Where
    somebody else was faster, the reply is a 412: read it again. The sections access, rates, quotas and
    retention are an owner's or an operator's to change; a tenant's admin who changes one is told 403.
    Needs the permission `policy.change`, which these have: an owner, an operator, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        if_match (str):
        body (Policy): A tenant's policy. A value that is absent, as in a policy that was stored
            before the value existed, is the
            shipped default.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Policy
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: Policy,
    if_match: str,
) -> Response[Policy]:
    """Replaces the policy that was read.

     It is in force at the next call, at every replica, and is checked as a whole: settings that do not
    go together are a 422, and nothing is changed. A value that is absent is the shipped default. Where
    somebody else was faster, the reply is a 412: read it again. The sections access, rates, quotas and
    retention are an owner's or an operator's to change; a tenant's admin who changes one is told 403.
    Needs the permission `policy.change`, which these have: an owner, an operator, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        if_match (str):
        body (Policy): A tenant's policy. A value that is absent, as in a policy that was stored
            before the value existed, is the
            shipped default.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Policy]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: Policy,
    if_match: str,
) -> Policy | None:
    """Replaces the policy that was read.

     It is in force at the next call, at every replica, and is checked as a whole: settings that do not
    go together are a 422, and nothing is changed. A value that is absent is the shipped default. Where
    somebody else was faster, the reply is a 412: read it again. The sections access, rates, quotas and
    retention are an owner's or an operator's to change; a tenant's admin who changes one is told 403.
    Needs the permission `policy.change`, which these have: an owner, an operator, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        if_match (str):
        body (Policy): A tenant's policy. A value that is absent, as in a policy that was stored
            before the value existed, is the
            shipped default.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Policy
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed

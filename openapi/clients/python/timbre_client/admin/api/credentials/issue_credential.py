from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.issued_credential import IssuedCredential
from ...models.new_credential import NewCredential
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    body: NewCredential,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/tenants/{tenant}/credentials".format(
            tenant=quote(str(tenant), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> IssuedCredential | None:
    if response.status_code == 201:
        response_201 = IssuedCredential.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[IssuedCredential]:
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
    body: NewCredential,
    idempotency_key: str | Unset = UNSET,
) -> Response[IssuedCredential]:
    """Issues a credential.

     Two of a contract are alive at a time: issue the second, change the application over, revoke the
    first. A third is a 409. The secret is shown in this reply only. Needs the permission
    `credentials.manage`, which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewCredential): A credential that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[IssuedCredential]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: NewCredential,
    idempotency_key: str | Unset = UNSET,
) -> IssuedCredential | None:
    """Issues a credential.

     Two of a contract are alive at a time: issue the second, change the application over, revoke the
    first. A third is a 409. The secret is shown in this reply only. Needs the permission
    `credentials.manage`, which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewCredential): A credential that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        IssuedCredential
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: NewCredential,
    idempotency_key: str | Unset = UNSET,
) -> Response[IssuedCredential]:
    """Issues a credential.

     Two of a contract are alive at a time: issue the second, change the application over, revoke the
    first. A third is a 409. The secret is shown in this reply only. Needs the permission
    `credentials.manage`, which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewCredential): A credential that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[IssuedCredential]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: NewCredential,
    idempotency_key: str | Unset = UNSET,
) -> IssuedCredential | None:
    """Issues a credential.

     Two of a contract are alive at a time: issue the second, change the application over, revoke the
    first. A third is a 409. The secret is shown in this reply only. Needs the permission
    `credentials.manage`, which these have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewCredential): A credential that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        IssuedCredential
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed

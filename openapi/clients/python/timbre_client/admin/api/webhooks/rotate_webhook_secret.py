from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_secrets import WebhookSecrets
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/tenants/{tenant}/webhook-secrets".format(
            tenant=quote(str(tenant), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookSecrets | None:
    if response.status_code == 201:
        response_201 = WebhookSecrets.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[WebhookSecrets]:
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
    idempotency_key: str | Unset = UNSET,
) -> Response[WebhookSecrets]:
    """Goes on to a new secret.

     Messages are signed with the one before as well, so that receivers can change over. Those before
    that are good no more. Needs the permission `webhooks.manage`, which these have: an owner, an
    operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[WebhookSecrets]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
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
    idempotency_key: str | Unset = UNSET,
) -> WebhookSecrets | None:
    """Goes on to a new secret.

     Messages are signed with the one before as well, so that receivers can change over. Those before
    that are good no more. Needs the permission `webhooks.manage`, which these have: an owner, an
    operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        WebhookSecrets
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> Response[WebhookSecrets]:
    """Goes on to a new secret.

     Messages are signed with the one before as well, so that receivers can change over. Those before
    that are good no more. Needs the permission `webhooks.manage`, which these have: an owner, an
    operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[WebhookSecrets]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> WebhookSecrets | None:
    """Goes on to a new secret.

     Messages are signed with the one before as well, so that receivers can change over. Those before
    that are good no more. Needs the permission `webhooks.manage`, which these have: an owner, an
    operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        WebhookSecrets
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            idempotency_key=idempotency_key,
        )
    ).parsed

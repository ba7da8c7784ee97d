from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.kind import Kind
from ...models.new_consent import NewConsent
from ...models.recorded_consent import RecordedConsent
from ...types import UNSET, Response


def _get_kwargs(
    tenant: UUID,
    *,
    body: NewConsent,
    kind: Kind,
    name: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_kind: str = kind
    params["kind"] = json_kind

    params["name"] = name

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/tenants/{tenant}/consents".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> RecordedConsent | None:
    if response.status_code == 201:
        response_201 = RecordedConsent.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[RecordedConsent]:
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
    body: NewConsent,
    kind: Kind,
    name: str,
) -> Response[RecordedConsent]:
    """Records a consent; of a name, that of somebody to come too.

     The same once more is the same record. Where the policy asks for consent, a voice is neither
    enrolled nor compared with until there is one. Needs the permission `people.manage`, which these
    have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):
        body (NewConsent): A consent, as it is recorded.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[RecordedConsent]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
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
    body: NewConsent,
    kind: Kind,
    name: str,
) -> RecordedConsent | None:
    """Records a consent; of a name, that of somebody to come too.

     The same once more is the same record. Where the policy asks for consent, a voice is neither
    enrolled nor compared with until there is one. Needs the permission `people.manage`, which these
    have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):
        body (NewConsent): A consent, as it is recorded.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        RecordedConsent
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        body=body,
        kind=kind,
        name=name,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: NewConsent,
    kind: Kind,
    name: str,
) -> Response[RecordedConsent]:
    """Records a consent; of a name, that of somebody to come too.

     The same once more is the same record. Where the policy asks for consent, a voice is neither
    enrolled nor compared with until there is one. Needs the permission `people.manage`, which these
    have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):
        body (NewConsent): A consent, as it is recorded.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[RecordedConsent]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        body=body,
        kind=kind,
        name=name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: NewConsent,
    kind: Kind,
    name: str,
) -> RecordedConsent | None:
    """Records a consent; of a name, that of somebody to come too.

     The same once more is the same record. Where the policy asks for consent, a voice is neither
    enrolled nor compared with until there is one. Needs the permission `people.manage`, which these
    have: an owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (Kind): What a name is.
        name (str):
        body (NewConsent): A consent, as it is recorded.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        RecordedConsent
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            body=body,
            kind=kind,
            name=name,
        )
    ).parsed

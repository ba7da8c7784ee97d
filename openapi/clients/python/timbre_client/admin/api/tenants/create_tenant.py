from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.made_tenant import MadeTenant
from ...models.new_tenant import NewTenant
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewTenant,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/tenants",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MadeTenant | None:
    if response.status_code == 201:
        response_201 = MadeTenant.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MadeTenant]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewTenant,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadeTenant]:
    """Makes a tenant with its first credentials.

     One of BiometrID and two each of Azure and DeepAffects, shown in this reply only. It begins with the
    policy that the installation is configured with. A name that another tenant has is a 409. Needs the
    permission `tenants.manage`, which these have: an owner, an operator.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewTenant): A tenant that is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadeTenant]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewTenant,
    idempotency_key: str | Unset = UNSET,
) -> MadeTenant | None:
    """Makes a tenant with its first credentials.

     One of BiometrID and two each of Azure and DeepAffects, shown in this reply only. It begins with the
    policy that the installation is configured with. A name that another tenant has is a 409. Needs the
    permission `tenants.manage`, which these have: an owner, an operator.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewTenant): A tenant that is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadeTenant
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewTenant,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadeTenant]:
    """Makes a tenant with its first credentials.

     One of BiometrID and two each of Azure and DeepAffects, shown in this reply only. It begins with the
    policy that the installation is configured with. A name that another tenant has is a 409. Needs the
    permission `tenants.manage`, which these have: an owner, an operator.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewTenant): A tenant that is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadeTenant]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewTenant,
    idempotency_key: str | Unset = UNSET,
) -> MadeTenant | None:
    """Makes a tenant with its first credentials.

     One of BiometrID and two each of Azure and DeepAffects, shown in this reply only. It begins with the
    policy that the installation is configured with. A name that another tenant has is a 409. Needs the
    permission `tenants.manage`, which these have: an owner, an operator.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewTenant): A tenant that is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadeTenant
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed

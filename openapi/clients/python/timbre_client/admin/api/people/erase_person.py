from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.erased import Erased
from ...models.erasing import Erasing
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    person: str,
    *,
    opt_out: bool | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["opt_out"] = opt_out

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/admin/v1/tenants/{tenant}/people/{person}".format(
            tenant=quote(str(tenant), safe=""),
            person=quote(str(person), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Erased | Erasing | None:
    if response.status_code == 200:
        response_200 = Erased.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = Erasing.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Erased | Erasing]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    person: str,
    *,
    client: AuthenticatedClient | Client,
    opt_out: bool | Unset = UNSET,
) -> Response[Erased | Erasing]:
    """Erases somebody under every contract, and answers a receipt.

     Nothing brings them back: rows, recordings and the person's key are destroyed. Where something is
    still to be destroyed the reply is a 202: the person is known no more, and `listReceipts` has the
    receipt once housekeeping has ended it. Needs the permission `people.manage`, which these have: an
    owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str): A person's id.
        opt_out (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Erased | Erasing]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        person=person,
        opt_out=opt_out,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    person: str,
    *,
    client: AuthenticatedClient | Client,
    opt_out: bool | Unset = UNSET,
) -> Erased | Erasing | None:
    """Erases somebody under every contract, and answers a receipt.

     Nothing brings them back: rows, recordings and the person's key are destroyed. Where something is
    still to be destroyed the reply is a 202: the person is known no more, and `listReceipts` has the
    receipt once housekeeping has ended it. Needs the permission `people.manage`, which these have: an
    owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str): A person's id.
        opt_out (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Erased | Erasing
    """

    return sync_detailed(
        tenant=tenant,
        person=person,
        client=client,
        opt_out=opt_out,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    person: str,
    *,
    client: AuthenticatedClient | Client,
    opt_out: bool | Unset = UNSET,
) -> Response[Erased | Erasing]:
    """Erases somebody under every contract, and answers a receipt.

     Nothing brings them back: rows, recordings and the person's key are destroyed. Where something is
    still to be destroyed the reply is a 202: the person is known no more, and `listReceipts` has the
    receipt once housekeeping has ended it. Needs the permission `people.manage`, which these have: an
    owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str): A person's id.
        opt_out (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Erased | Erasing]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        person=person,
        opt_out=opt_out,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    person: str,
    *,
    client: AuthenticatedClient | Client,
    opt_out: bool | Unset = UNSET,
) -> Erased | Erasing | None:
    """Erases somebody under every contract, and answers a receipt.

     Nothing brings them back: rows, recordings and the person's key are destroyed. Where something is
    still to be destroyed the reply is a 202: the person is known no more, and `listReceipts` has the
    receipt once housekeeping has ended it. Needs the permission `people.manage`, which these have: an
    owner, an operator, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str): A person's id.
        opt_out (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Erased | Erasing
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            person=person,
            client=client,
            opt_out=opt_out,
        )
    ).parsed

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.kept_receipt_page import KeptReceiptPage
from ...types import UNSET, Response


def _get_kwargs(
    tenant: UUID,
    *,
    person: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["person"] = person

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/receipts".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> KeptReceiptPage | None:
    if response.status_code == 200:
        response_200 = KeptReceiptPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[KeptReceiptPage]:
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
    person: str,
) -> Response[KeptReceiptPage]:
    """Lists the receipts of erasures.

     The pseudonym is what an erasure answered, and what the audit trail has. Whoever has the public key
    can check a receipt without Timbre. Needs the permission `people.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[KeptReceiptPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        person=person,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    person: str,
) -> KeptReceiptPage | None:
    """Lists the receipts of erasures.

     The pseudonym is what an erasure answered, and what the audit trail has. Whoever has the public key
    can check a receipt without Timbre. Needs the permission `people.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        KeptReceiptPage
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        person=person,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    person: str,
) -> Response[KeptReceiptPage]:
    """Lists the receipts of erasures.

     The pseudonym is what an erasure answered, and what the audit trail has. Whoever has the public key
    can check a receipt without Timbre. Needs the permission `people.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[KeptReceiptPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        person=person,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    person: str,
) -> KeptReceiptPage | None:
    """Lists the receipts of erasures.

     The pseudonym is what an erasure answered, and what the audit trail has. Whoever has the public key
    can check a receipt without Timbre. Needs the permission `people.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        person (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        KeptReceiptPage
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            person=person,
        )
    ).parsed

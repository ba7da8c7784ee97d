from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.contract import Contract
from ...models.person_page import PersonPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    search: str | Unset = UNSET,
    contract: Contract | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["search"] = search

    json_contract: str | Unset = UNSET
    if not isinstance(contract, Unset):
        json_contract = contract

    params["contract"] = json_contract

    params["limit"] = limit

    params["after"] = after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/people".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PersonPage | None:
    if response.status_code == 200:
        response_200 = PersonPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PersonPage]:
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
    search: str | Unset = UNSET,
    contract: Contract | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[PersonPage]:
    """Lists the people whom any contract knows.

     BiometrID's users, Azure's profiles and DeepAffects' speakers, the newest first. Needs the
    permission `people.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        search (str | Unset):
        contract (Contract | Unset): Whose words a request speaks.
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[PersonPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        search=search,
        contract=contract,
        limit=limit,
        after=after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    search: str | Unset = UNSET,
    contract: Contract | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> PersonPage | None:
    """Lists the people whom any contract knows.

     BiometrID's users, Azure's profiles and DeepAffects' speakers, the newest first. Needs the
    permission `people.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        search (str | Unset):
        contract (Contract | Unset): Whose words a request speaks.
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        PersonPage
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        search=search,
        contract=contract,
        limit=limit,
        after=after,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    search: str | Unset = UNSET,
    contract: Contract | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[PersonPage]:
    """Lists the people whom any contract knows.

     BiometrID's users, Azure's profiles and DeepAffects' speakers, the newest first. Needs the
    permission `people.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        search (str | Unset):
        contract (Contract | Unset): Whose words a request speaks.
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[PersonPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        search=search,
        contract=contract,
        limit=limit,
        after=after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    search: str | Unset = UNSET,
    contract: Contract | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> PersonPage | None:
    """Lists the people whom any contract knows.

     BiometrID's users, Azure's profiles and DeepAffects' speakers, the newest first. Needs the
    permission `people.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        search (str | Unset):
        contract (Contract | Unset): Whose words a request speaks.
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        PersonPage
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            search=search,
            contract=contract,
            limit=limit,
            after=after,
        )
    ).parsed

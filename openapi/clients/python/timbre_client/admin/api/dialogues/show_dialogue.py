from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.whole_dialogue import WholeDialogue
from ...types import Response


def _get_kwargs(
    tenant: UUID,
    dialogue: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/dialogues/{dialogue}".format(
            tenant=quote(str(tenant), safe=""),
            dialogue=quote(str(dialogue), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WholeDialogue | None:
    if response.status_code == 200:
        response_200 = WholeDialogue.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[WholeDialogue]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    dialogue: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[WholeDialogue]:
    """Shows a dialogue with its turns.

     What was measured of each recording and what was decided; never its code or its sound. Needs the
    permission `dialogues.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        dialogue (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents
            it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[WholeDialogue]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        dialogue=dialogue,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    dialogue: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> WholeDialogue | None:
    """Shows a dialogue with its turns.

     What was measured of each recording and what was decided; never its code or its sound. Needs the
    permission `dialogues.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        dialogue (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents
            it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        WholeDialogue
    """

    return sync_detailed(
        tenant=tenant,
        dialogue=dialogue,
        client=client,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    dialogue: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[WholeDialogue]:
    """Shows a dialogue with its turns.

     What was measured of each recording and what was decided; never its code or its sound. Needs the
    permission `dialogues.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        dialogue (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents
            it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[WholeDialogue]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        dialogue=dialogue,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    dialogue: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> WholeDialogue | None:
    """Shows a dialogue with its turns.

     What was measured of each recording and what was decided; never its code or its sound. Needs the
    permission `dialogues.read`, which these have: an owner, an operator, an auditor, the tenant's own
    admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        dialogue (UUID): A conversation with a subject. A version 4 UUID, as BiometrID documents
            it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        WholeDialogue
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            dialogue=dialogue,
            client=client,
        )
    ).parsed

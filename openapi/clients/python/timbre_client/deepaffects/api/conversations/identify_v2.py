from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.conversation import Conversation
from ...models.found_segments import FoundSegments
from ...types import Response


def _get_kwargs(
    *,
    body: Conversation,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/audio/generic/api/v2/sync/diarization/identify",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FoundSegments | None:
    if response.status_code == 200:
        response_200 = FoundSegments.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[FoundSegments]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
) -> Response[FoundSegments]:
    """Says which of the named speakers speaks when.

     The recording has at most two minutes; longer ones are for the asynchronous calls.

    Args:
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[FoundSegments]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
) -> FoundSegments | None:
    """Says which of the named speakers speaks when.

     The recording has at most two minutes; longer ones are for the asynchronous calls.

    Args:
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        FoundSegments
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
) -> Response[FoundSegments]:
    """Says which of the named speakers speaks when.

     The recording has at most two minutes; longer ones are for the asynchronous calls.

    Args:
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[FoundSegments]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
) -> FoundSegments | None:
    """Says which of the named speakers speaks when.

     The recording has at most two minutes; longer ones are for the asynchronous calls.

    Args:
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        FoundSegments
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.speaker import Speaker
from ...types import UNSET, Response


def _get_kwargs(
    *,
    speaker_id: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["speakerId"] = speaker_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/audio/generic/api/v2/sync/diarization/enroll",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Speaker | None:
    if response.status_code == 200:
        response_200 = Speaker.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Speaker]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    speaker_id: str,
) -> Response[Speaker]:
    """Shows a speaker.

     How much speech is there, and whether it is enough. A speaker of whom there is nothing is a 404.

    Args:
        speaker_id (str): A speaker's name.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Speaker]
    """

    kwargs = _get_kwargs(
        speaker_id=speaker_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    speaker_id: str,
) -> Speaker | None:
    """Shows a speaker.

     How much speech is there, and whether it is enough. A speaker of whom there is nothing is a 404.

    Args:
        speaker_id (str): A speaker's name.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Speaker
    """

    return sync_detailed(
        client=client,
        speaker_id=speaker_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    speaker_id: str,
) -> Response[Speaker]:
    """Shows a speaker.

     How much speech is there, and whether it is enough. A speaker of whom there is nothing is a 404.

    Args:
        speaker_id (str): A speaker's name.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Speaker]
    """

    kwargs = _get_kwargs(
        speaker_id=speaker_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    speaker_id: str,
) -> Speaker | None:
    """Shows a speaker.

     How much speech is there, and whether it is enough. A speaker of whom there is nothing is a 404.

    Args:
        speaker_id (str): A speaker's name.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Speaker
    """

    return (
        await asyncio_detailed(
            client=client,
            speaker_id=speaker_id,
        )
    ).parsed

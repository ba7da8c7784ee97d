from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.speakers import Speakers
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    get_all_speakers: bool | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["getAllSpeakers"] = get_all_speakers

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/audio/generic/api/v1/sync/diarization/get_enrolled_speakers",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Speakers | None:
    if response.status_code == 200:
        response_200 = Speakers.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Speakers]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    get_all_speakers: bool | Unset = UNSET,
) -> Response[Speakers]:
    """Lists the speakers by name.

     Those whose voice is enrolled; with `getAllSpeakers` those as well of whom there is not enough yet.
    All in one reply.

    Args:
        get_all_speakers (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Speakers]
    """

    kwargs = _get_kwargs(
        get_all_speakers=get_all_speakers,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    get_all_speakers: bool | Unset = UNSET,
) -> Speakers | None:
    """Lists the speakers by name.

     Those whose voice is enrolled; with `getAllSpeakers` those as well of whom there is not enough yet.
    All in one reply.

    Args:
        get_all_speakers (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Speakers
    """

    return sync_detailed(
        client=client,
        get_all_speakers=get_all_speakers,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    get_all_speakers: bool | Unset = UNSET,
) -> Response[Speakers]:
    """Lists the speakers by name.

     Those whose voice is enrolled; with `getAllSpeakers` those as well of whom there is not enough yet.
    All in one reply.

    Args:
        get_all_speakers (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Speakers]
    """

    kwargs = _get_kwargs(
        get_all_speakers=get_all_speakers,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    get_all_speakers: bool | Unset = UNSET,
) -> Speakers | None:
    """Lists the speakers by name.

     Those whose voice is enrolled; with `getAllSpeakers` those as well of whom there is not enough yet.
    All in one reply.

    Args:
        get_all_speakers (bool | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Speakers
    """

    return (
        await asyncio_detailed(
            client=client,
            get_all_speakers=get_all_speakers,
        )
    ).parsed

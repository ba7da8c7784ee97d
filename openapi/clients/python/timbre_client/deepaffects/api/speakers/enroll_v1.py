from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.speaker_recording import SpeakerRecording
from ...models.word import Word
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: SpeakerRecording,
    x_timbre_consent: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_timbre_consent, Unset):
        headers["x-timbre-consent"] = x_timbre_consent

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/audio/generic/api/v1/sync/diarization/enroll",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Word | None:
    if response.status_code == 200:
        response_200 = Word.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Word]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SpeakerRecording,
    x_timbre_consent: str | Unset = UNSET,
) -> Response[Word]:
    """Adds a recording to a speaker, told in one word.

     The voice is enrolled once 30 seconds of speech are there, in as many recordings as it takes. A
    recording is taken whole or not at all; one that is refused changes nothing, and the same one once
    more counts once. It has at most two minutes, and 6 seconds of speech.

    Args:
        x_timbre_consent (str | Unset):
        body (SpeakerRecording): A speaker's recording.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Word]
    """

    kwargs = _get_kwargs(
        body=body,
        x_timbre_consent=x_timbre_consent,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: SpeakerRecording,
    x_timbre_consent: str | Unset = UNSET,
) -> Word | None:
    """Adds a recording to a speaker, told in one word.

     The voice is enrolled once 30 seconds of speech are there, in as many recordings as it takes. A
    recording is taken whole or not at all; one that is refused changes nothing, and the same one once
    more counts once. It has at most two minutes, and 6 seconds of speech.

    Args:
        x_timbre_consent (str | Unset):
        body (SpeakerRecording): A speaker's recording.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Word
    """

    return sync_detailed(
        client=client,
        body=body,
        x_timbre_consent=x_timbre_consent,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SpeakerRecording,
    x_timbre_consent: str | Unset = UNSET,
) -> Response[Word]:
    """Adds a recording to a speaker, told in one word.

     The voice is enrolled once 30 seconds of speech are there, in as many recordings as it takes. A
    recording is taken whole or not at all; one that is refused changes nothing, and the same one once
    more counts once. It has at most two minutes, and 6 seconds of speech.

    Args:
        x_timbre_consent (str | Unset):
        body (SpeakerRecording): A speaker's recording.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Word]
    """

    kwargs = _get_kwargs(
        body=body,
        x_timbre_consent=x_timbre_consent,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SpeakerRecording,
    x_timbre_consent: str | Unset = UNSET,
) -> Word | None:
    """Adds a recording to a speaker, told in one word.

     The voice is enrolled once 30 seconds of speech are there, in as many recordings as it takes. A
    recording is taken whole or not at all; one that is refused changes nothing, and the same one once
    more counts once. It has at most two minutes, and 6 seconds of speech.

    Args:
        x_timbre_consent (str | Unset):
        body (SpeakerRecording): A speaker's recording.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Word
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_timbre_consent=x_timbre_consent,
        )
    ).parsed

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.done_dialogue_reply import DoneDialogueReply
from ...models.ended_dialogue_reply import EndedDialogueReply
from ...models.spoken_recording import SpokenRecording
from ...models.started_dialogue_reply import StartedDialogueReply
from ...models.taken_recording_reply import TakenRecordingReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    user: str,
    *,
    body: SpokenRecording | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/1.0/users/{user}/adapt/voice".format(
            user=quote(str(user), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    DoneDialogueReply
    | EndedDialogueReply
    | StartedDialogueReply
    | TakenRecordingReply
    | None
):
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> (
            DoneDialogueReply
            | EndedDialogueReply
            | StartedDialogueReply
            | TakenRecordingReply
        ):
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_dialogue_reply_type_0 = (
                    StartedDialogueReply.from_dict(data)
                )

                return componentsschemas_dialogue_reply_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_dialogue_reply_type_1 = TakenRecordingReply.from_dict(
                    data
                )

                return componentsschemas_dialogue_reply_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_dialogue_reply_type_2 = DoneDialogueReply.from_dict(
                    data
                )

                return componentsschemas_dialogue_reply_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_dialogue_reply_type_3 = EndedDialogueReply.from_dict(data)

            return componentsschemas_dialogue_reply_type_3

        response_200 = _parse_response_200(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[
    DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    user: str,
    *,
    client: AuthenticatedClient | Client,
    body: SpokenRecording | Unset = UNSET,
) -> Response[
    DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply
]:
    """Asks for a code, or takes one spoken, to teach a voiceprint how the user sounds today.

     The first call asks for a code and sets the cookie `biometrid.sid`; each further one brings the code
    spoken, as `audio`, with that cookie. A recording that does not serve says why (`decision`), asks
    for another code, and is no failure of the voice. Only a voice that is surely the user's changes the
    voiceprint; another counts as a failed verification does.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply]
    """

    kwargs = _get_kwargs(
        user=user,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user: str,
    *,
    client: AuthenticatedClient | Client,
    body: SpokenRecording | Unset = UNSET,
) -> (
    DoneDialogueReply
    | EndedDialogueReply
    | StartedDialogueReply
    | TakenRecordingReply
    | None
):
    """Asks for a code, or takes one spoken, to teach a voiceprint how the user sounds today.

     The first call asks for a code and sets the cookie `biometrid.sid`; each further one brings the code
    spoken, as `audio`, with that cookie. A recording that does not serve says why (`decision`), asks
    for another code, and is no failure of the voice. Only a voice that is surely the user's changes the
    voiceprint; another counts as a failed verification does.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply
    """

    return sync_detailed(
        user=user,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    user: str,
    *,
    client: AuthenticatedClient | Client,
    body: SpokenRecording | Unset = UNSET,
) -> Response[
    DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply
]:
    """Asks for a code, or takes one spoken, to teach a voiceprint how the user sounds today.

     The first call asks for a code and sets the cookie `biometrid.sid`; each further one brings the code
    spoken, as `audio`, with that cookie. A recording that does not serve says why (`decision`), asks
    for another code, and is no failure of the voice. Only a voice that is surely the user's changes the
    voiceprint; another counts as a failed verification does.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply]
    """

    kwargs = _get_kwargs(
        user=user,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user: str,
    *,
    client: AuthenticatedClient | Client,
    body: SpokenRecording | Unset = UNSET,
) -> (
    DoneDialogueReply
    | EndedDialogueReply
    | StartedDialogueReply
    | TakenRecordingReply
    | None
):
    """Asks for a code, or takes one spoken, to teach a voiceprint how the user sounds today.

     The first call asks for a code and sets the cookie `biometrid.sid`; each further one brings the code
    spoken, as `audio`, with that cookie. A recording that does not serve says why (`decision`), asks
    for another code, and is no failure of the voice. Only a voice that is surely the user's changes the
    voiceprint; another counts as a failed verification does.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        DoneDialogueReply | EndedDialogueReply | StartedDialogueReply | TakenRecordingReply
    """

    return (
        await asyncio_detailed(
            user=user,
            client=client,
            body=body,
        )
    ).parsed

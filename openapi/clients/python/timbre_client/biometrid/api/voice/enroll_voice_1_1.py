from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.attempt_reply import AttemptReply
from ...models.done_dialogue_reply import DoneDialogueReply
from ...models.spoken_recording import SpokenRecording
from ...models.started_attempts_reply import StartedAttemptsReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    user: str,
    *,
    body: SpokenRecording | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/1.1/users/{user}/dialogue/enroll/voice".format(
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
) -> AttemptReply | DoneDialogueReply | StartedAttemptsReply | None:
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> AttemptReply | DoneDialogueReply | StartedAttemptsReply:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_attempt_to_enrol_reply_type_0 = (
                    StartedAttemptsReply.from_dict(data)
                )

                return componentsschemas_attempt_to_enrol_reply_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_attempt_to_enrol_reply_type_1 = (
                    AttemptReply.from_dict(data)
                )

                return componentsschemas_attempt_to_enrol_reply_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_attempt_to_enrol_reply_type_2 = (
                DoneDialogueReply.from_dict(data)
            )

            return componentsschemas_attempt_to_enrol_reply_type_2

        response_200 = _parse_response_200(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AttemptReply | DoneDialogueReply | StartedAttemptsReply]:
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
) -> Response[AttemptReply | DoneDialogueReply | StartedAttemptsReply]:
    """Begins to enrol a user's voice, or takes one attempt.

     A call without a file begins anew; each further one brings a recording of free speech, until the
    voice is enrolled. A recording that does not serve says why, and is no failure of the voice. One
    that was heard before is refused, since without a code nothing else proves that it was made now. A
    voice that is enrolled must be deleted first: 400.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[AttemptReply | DoneDialogueReply | StartedAttemptsReply]
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
) -> AttemptReply | DoneDialogueReply | StartedAttemptsReply | None:
    """Begins to enrol a user's voice, or takes one attempt.

     A call without a file begins anew; each further one brings a recording of free speech, until the
    voice is enrolled. A recording that does not serve says why, and is no failure of the voice. One
    that was heard before is refused, since without a code nothing else proves that it was made now. A
    voice that is enrolled must be deleted first: 400.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        AttemptReply | DoneDialogueReply | StartedAttemptsReply
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
) -> Response[AttemptReply | DoneDialogueReply | StartedAttemptsReply]:
    """Begins to enrol a user's voice, or takes one attempt.

     A call without a file begins anew; each further one brings a recording of free speech, until the
    voice is enrolled. A recording that does not serve says why, and is no failure of the voice. One
    that was heard before is refused, since without a code nothing else proves that it was made now. A
    voice that is enrolled must be deleted first: 400.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[AttemptReply | DoneDialogueReply | StartedAttemptsReply]
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
) -> AttemptReply | DoneDialogueReply | StartedAttemptsReply | None:
    """Begins to enrol a user's voice, or takes one attempt.

     A call without a file begins anew; each further one brings a recording of free speech, until the
    voice is enrolled. A recording that does not serve says why, and is no failure of the voice. One
    that was heard before is refused, since without a code nothing else proves that it was made now. A
    voice that is enrolled must be deleted first: 400.

    Args:
        user (str): A user's id.
        body (SpokenRecording | Unset): A recording of what was said.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        AttemptReply | DoneDialogueReply | StartedAttemptsReply
    """

    return (
        await asyncio_detailed(
            user=user,
            client=client,
            body=body,
        )
    ).parsed

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.nothing_pending import NothingPending
from ...models.pending_attempts_reply import PendingAttemptsReply
from ...models.pending_dialogue_reply import PendingDialogueReply
from ...types import Response


def _get_kwargs(
    user: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/1.0/users/{user}/voice/is-pending".format(
            user=quote(str(user), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> NothingPending | PendingAttemptsReply | PendingDialogueReply | None:
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> NothingPending | PendingAttemptsReply | PendingDialogueReply:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_pending_reply_type_0 = PendingDialogueReply.from_dict(
                    data
                )

                return componentsschemas_pending_reply_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_pending_reply_type_1 = PendingAttemptsReply.from_dict(
                    data
                )

                return componentsschemas_pending_reply_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_pending_reply_type_2 = NothingPending.from_dict(data)

            return componentsschemas_pending_reply_type_2

        response_200 = _parse_response_200(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[NothingPending | PendingAttemptsReply | PendingDialogueReply]:
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
) -> Response[NothingPending | PendingAttemptsReply | PendingDialogueReply]:
    """Shows the dialogue that still goes on, and its code.

     Asking changes nothing. Without `data` no dialogue goes on; an enrolment by attempts (1.1) has no
    code.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[NothingPending | PendingAttemptsReply | PendingDialogueReply]
    """

    kwargs = _get_kwargs(
        user=user,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    user: str,
    *,
    client: AuthenticatedClient | Client,
) -> NothingPending | PendingAttemptsReply | PendingDialogueReply | None:
    """Shows the dialogue that still goes on, and its code.

     Asking changes nothing. Without `data` no dialogue goes on; an enrolment by attempts (1.1) has no
    code.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        NothingPending | PendingAttemptsReply | PendingDialogueReply
    """

    return sync_detailed(
        user=user,
        client=client,
    ).parsed


async def asyncio_detailed(
    user: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[NothingPending | PendingAttemptsReply | PendingDialogueReply]:
    """Shows the dialogue that still goes on, and its code.

     Asking changes nothing. Without `data` no dialogue goes on; an enrolment by attempts (1.1) has no
    code.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[NothingPending | PendingAttemptsReply | PendingDialogueReply]
    """

    kwargs = _get_kwargs(
        user=user,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    user: str,
    *,
    client: AuthenticatedClient | Client,
) -> NothingPending | PendingAttemptsReply | PendingDialogueReply | None:
    """Shows the dialogue that still goes on, and its code.

     Asking changes nothing. Without `data` no dialogue goes on; an enrolment by attempts (1.1) has no
    code.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        NothingPending | PendingAttemptsReply | PendingDialogueReply
    """

    return (
        await asyncio_detailed(
            user=user,
            client=client,
        )
    ).parsed

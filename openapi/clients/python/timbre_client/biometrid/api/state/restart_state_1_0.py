from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.message_reply import MessageReply
from ...types import Response


def _get_kwargs(
    user: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/1.0/users/{user}/restart-state".format(
            user=quote(str(user), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MessageReply | None:
    if response.status_code == 200:
        response_200 = MessageReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MessageReply]:
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
) -> Response[MessageReply]:
    """Puts a user's dialogue aside.

     It changes something for all that it is a GET. The next call begins another. Failed verifications
    stay counted.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MessageReply]
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
) -> MessageReply | None:
    """Puts a user's dialogue aside.

     It changes something for all that it is a GET. The next call begins another. Failed verifications
    stay counted.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MessageReply
    """

    return sync_detailed(
        user=user,
        client=client,
    ).parsed


async def asyncio_detailed(
    user: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[MessageReply]:
    """Puts a user's dialogue aside.

     It changes something for all that it is a GET. The next call begins another. Failed verifications
    stay counted.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MessageReply]
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
) -> MessageReply | None:
    """Puts a user's dialogue aside.

     It changes something for all that it is a GET. The next call begins another. Failed verifications
    stay counted.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MessageReply
    """

    return (
        await asyncio_detailed(
            user=user,
            client=client,
        )
    ).parsed

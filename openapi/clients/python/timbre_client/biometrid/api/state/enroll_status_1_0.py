from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.array_of_engine_status_reply import ArrayOfEngineStatusReply
from ...types import Response


def _get_kwargs(
    user: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/1.0/users/{user}/enroll/status".format(
            user=quote(str(user), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ArrayOfEngineStatusReply | None:
    if response.status_code == 200:
        response_200 = ArrayOfEngineStatusReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ArrayOfEngineStatusReply]:
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
) -> Response[ArrayOfEngineStatusReply]:
    """Says which engines know a user.

     A voice is enrolled when it is in any language. Timbre has the voice engine alone; where the
    tenant's is off, the list is empty.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[ArrayOfEngineStatusReply]
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
) -> ArrayOfEngineStatusReply | None:
    """Says which engines know a user.

     A voice is enrolled when it is in any language. Timbre has the voice engine alone; where the
    tenant's is off, the list is empty.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        ArrayOfEngineStatusReply
    """

    return sync_detailed(
        user=user,
        client=client,
    ).parsed


async def asyncio_detailed(
    user: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[ArrayOfEngineStatusReply]:
    """Says which engines know a user.

     A voice is enrolled when it is in any language. Timbre has the voice engine alone; where the
    tenant's is off, the list is empty.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[ArrayOfEngineStatusReply]
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
) -> ArrayOfEngineStatusReply | None:
    """Says which engines know a user.

     A voice is enrolled when it is in any language. Timbre has the voice engine alone; where the
    tenant's is off, the list is empty.

    Args:
        user (str): A user's id.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        ArrayOfEngineStatusReply
    """

    return (
        await asyncio_detailed(
            user=user,
            client=client,
        )
    ).parsed

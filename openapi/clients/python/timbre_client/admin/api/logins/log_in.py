from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.login import Login
from ...models.session import Session
from ...types import Response


def _get_kwargs(
    *,
    body: Login,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/login",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Session | None:
    if response.status_code == 200:
        response_200 = Session.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Session]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Login,
) -> Response[Session]:
    """Begins a session for whoever knows the password.

     Nobody is asked who they are before. The access token is good for ten minutes, the refresh token
    once, the session for twelve hours. Ten failed logins of an account, or fifty from an address,
    within 15 minutes are answered 429 until those are over; whoever is logged in stays so.

    Args:
        body (Login): Who logs in.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Session]
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
    body: Login,
) -> Session | None:
    """Begins a session for whoever knows the password.

     Nobody is asked who they are before. The access token is good for ten minutes, the refresh token
    once, the session for twelve hours. Ten failed logins of an account, or fifty from an address,
    within 15 minutes are answered 429 until those are over; whoever is logged in stays so.

    Args:
        body (Login): Who logs in.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Session
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Login,
) -> Response[Session]:
    """Begins a session for whoever knows the password.

     Nobody is asked who they are before. The access token is good for ten minutes, the refresh token
    once, the session for twelve hours. Ten failed logins of an account, or fifty from an address,
    within 15 minutes are answered 429 until those are over; whoever is logged in stays so.

    Args:
        body (Login): Who logs in.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Session]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Login,
) -> Session | None:
    """Begins a session for whoever knows the password.

     Nobody is asked who they are before. The access token is good for ten minutes, the refresh token
    once, the session for twelve hours. Ten failed logins of an account, or fifty from an address,
    within 15 minutes are answered 429 until those are over; whoever is logged in stays so.

    Args:
        body (Login): Who logs in.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Session
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

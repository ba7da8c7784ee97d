from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import Response


def _get_kwargs(
    locale: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/speaker/verification/v2.0/text-dependent/phrases/{locale}".format(
            locale=quote(str(locale), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> list[str] | None:
    if response.status_code == 200:
        response_200 = cast(list[str], response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[list[str]]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[list[str]]:
    """Lists the phrases of a locale.

     A text-dependent profile is enrolled with one of them, and verified by it. A tenant's policy may
    have phrases of its own.

    Args:
        locale (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[list[str]]
    """

    kwargs = _get_kwargs(
        locale=locale,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
) -> list[str] | None:
    """Lists the phrases of a locale.

     A text-dependent profile is enrolled with one of them, and verified by it. A tenant's policy may
    have phrases of its own.

    Args:
        locale (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        list[str]
    """

    return sync_detailed(
        locale=locale,
        client=client,
    ).parsed


async def asyncio_detailed(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[list[str]]:
    """Lists the phrases of a locale.

     A text-dependent profile is enrolled with one of them, and verified by it. A tenant's policy may
    have phrases of its own.

    Args:
        locale (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[list[str]]
    """

    kwargs = _get_kwargs(
        locale=locale,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
) -> list[str] | None:
    """Lists the phrases of a locale.

     A text-dependent profile is enrolled with one of them, and verified by it. A tenant's policy may
    have phrases of its own.

    Args:
        locale (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        list[str]
    """

    return (
        await asyncio_detailed(
            locale=locale,
            client=client,
        )
    ).parsed

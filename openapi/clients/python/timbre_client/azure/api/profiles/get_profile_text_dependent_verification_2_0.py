from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.profile_20 import Profile20
from ...types import Response


def _get_kwargs(
    profile: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/speaker/verification/v2.0/text-dependent/profiles/{profile}".format(
            profile=quote(str(profile), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Profile20 | None:
    if response.status_code == 200:
        response_200 = Profile20.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Profile20]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Profile20]:
    """Shows a profile.

     How far its enrolment is, and what is missing. One of another kind is a 404.

    Args:
        profile (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profile20]
    """

    kwargs = _get_kwargs(
        profile=profile,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
) -> Profile20 | None:
    """Shows a profile.

     How far its enrolment is, and what is missing. One of another kind is a 404.

    Args:
        profile (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profile20
    """

    return sync_detailed(
        profile=profile,
        client=client,
    ).parsed


async def asyncio_detailed(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Profile20]:
    """Shows a profile.

     How far its enrolment is, and what is missing. One of another kind is a 404.

    Args:
        profile (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profile20]
    """

    kwargs = _get_kwargs(
        profile=profile,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
) -> Profile20 | None:
    """Shows a profile.

     How far its enrolment is, and what is missing. One of another kind is a 404.

    Args:
        profile (str):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profile20
    """

    return (
        await asyncio_detailed(
            profile=profile,
            client=client,
        )
    ).parsed

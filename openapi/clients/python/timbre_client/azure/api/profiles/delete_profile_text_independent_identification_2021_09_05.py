from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import UNSET, Response


def _get_kwargs(
    profile: str,
    *,
    api_version: Literal["2021-09-05"],
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/speaker-recognition/identification/text-independent/profiles/{profile}".format(
            profile=quote(str(profile), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 204:
        return None

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any]:
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
    api_version: Literal["2021-09-05"],
) -> Response[Any]:
    """Erases a profile; one that is not there is gone already.

     For good. The key of what was kept is destroyed with it, so what a backup has cannot be read any
    more (docs/persons.md).

    Args:
        profile (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        profile=profile,
        api_version=api_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


async def asyncio_detailed(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
    api_version: Literal["2021-09-05"],
) -> Response[Any]:
    """Erases a profile; one that is not there is gone already.

     For good. The key of what was kept is destroyed with it, so what a backup has cannot be read any
    more (docs/persons.md).

    Args:
        profile (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        profile=profile,
        api_version=api_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)

from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.phrases import Phrases
from ...types import UNSET, Response


def _get_kwargs(
    locale: str,
    *,
    api_version: Literal["2021-09-05"],
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/speaker-recognition/verification/text-independent/phrases/{locale}".format(
            locale=quote(str(locale), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Phrases | None:
    if response.status_code == 200:
        response_200 = Phrases.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Phrases]:
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
    api_version: Literal["2021-09-05"],
) -> Response[Phrases]:
    """Lists the phrases of a locale.

     The one phrase that activates a text-independent profile, once it is said in a recording.

    Args:
        locale (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Phrases]
    """

    kwargs = _get_kwargs(
        locale=locale,
        api_version=api_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
    api_version: Literal["2021-09-05"],
) -> Phrases | None:
    """Lists the phrases of a locale.

     The one phrase that activates a text-independent profile, once it is said in a recording.

    Args:
        locale (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Phrases
    """

    return sync_detailed(
        locale=locale,
        client=client,
        api_version=api_version,
    ).parsed


async def asyncio_detailed(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
    api_version: Literal["2021-09-05"],
) -> Response[Phrases]:
    """Lists the phrases of a locale.

     The one phrase that activates a text-independent profile, once it is said in a recording.

    Args:
        locale (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Phrases]
    """

    kwargs = _get_kwargs(
        locale=locale,
        api_version=api_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    locale: str,
    *,
    client: AuthenticatedClient | Client,
    api_version: Literal["2021-09-05"],
) -> Phrases | None:
    """Lists the phrases of a locale.

     The one phrase that activates a text-independent profile, once it is said in a recording.

    Args:
        locale (str):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Phrases
    """

    return (
        await asyncio_detailed(
            locale=locale,
            client=client,
            api_version=api_version,
        )
    ).parsed

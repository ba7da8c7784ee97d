from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.profiles_20210905 import Profiles20210905
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    maxpagesize: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["maxpagesize"] = maxpagesize

    params["continuationToken"] = continuation_token

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/speaker/verification/text-dependent/profiles",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Profiles20210905 | None:
    if response.status_code == 200:
        response_200 = Profiles20210905.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Profiles20210905]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    maxpagesize: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Profiles20210905]:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        maxpagesize (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profiles20210905]
    """

    kwargs = _get_kwargs(
        maxpagesize=maxpagesize,
        continuation_token=continuation_token,
        api_version=api_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    maxpagesize: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Profiles20210905 | None:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        maxpagesize (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profiles20210905
    """

    return sync_detailed(
        client=client,
        maxpagesize=maxpagesize,
        continuation_token=continuation_token,
        api_version=api_version,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    maxpagesize: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Profiles20210905]:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        maxpagesize (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profiles20210905]
    """

    kwargs = _get_kwargs(
        maxpagesize=maxpagesize,
        continuation_token=continuation_token,
        api_version=api_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    maxpagesize: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Profiles20210905 | None:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        maxpagesize (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):
        api_version (Literal['2021-09-05']):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profiles20210905
    """

    return (
        await asyncio_detailed(
            client=client,
            maxpagesize=maxpagesize,
            continuation_token=continuation_token,
            api_version=api_version,
        )
    ).parsed

from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.profiles_20 import Profiles20
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    top: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["$top"] = top

    params["$continuationToken"] = continuation_token

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/speaker/verification/v2.0/text-dependent/profiles",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Profiles20 | None:
    if response.status_code == 200:
        response_200 = Profiles20.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Profiles20]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    top: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
) -> Response[Profiles20]:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        top (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profiles20]
    """

    kwargs = _get_kwargs(
        top=top,
        continuation_token=continuation_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    top: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
) -> Profiles20 | None:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        top (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profiles20
    """

    return sync_detailed(
        client=client,
        top=top,
        continuation_token=continuation_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    top: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
) -> Response[Profiles20]:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        top (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profiles20]
    """

    kwargs = _get_kwargs(
        top=top,
        continuation_token=continuation_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    top: int | Unset = UNSET,
    continuation_token: str | Unset = UNSET,
) -> Profiles20 | None:
    """Lists the profiles, in the order of their ids.

     Only those of this kind. A page that is not the last says where the next is.

    Args:
        top (int | Unset): How many profiles a page has.
        continuation_token (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profiles20
    """

    return (
        await asyncio_detailed(
            client=client,
            top=top,
            continuation_token=continuation_token,
        )
    ).parsed

from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.identification import Identification
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    profile_ids: str,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["profileIds"] = profile_ids

    params["ignoreMinLength"] = ignore_min_length

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/speaker-recognition/identification/text-independent/profiles:identifySingleSpeaker",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "audio/wav; codecs=audio/pcm"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Identification | None:
    if response.status_code == 200:
        response_200 = Identification.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Identification]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    profile_ids: str,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Identification]:
    """Says which of the named profiles a recording is of.

     The score that it takes grows with the number of candidates, so that a stranger is no likelier to be
    taken for one of many. `*` in place of ids (an extension) is all profiles that are enrolled. Named
    profiles are enrolled and of one locale: else the reply is a 400.

    Args:
        profile_ids (str): Ids of profiles, or all of them.
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Identification]
    """

    kwargs = _get_kwargs(
        body=body,
        profile_ids=profile_ids,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    profile_ids: str,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Identification | None:
    """Says which of the named profiles a recording is of.

     The score that it takes grows with the number of candidates, so that a stranger is no likelier to be
    taken for one of many. `*` in place of ids (an extension) is all profiles that are enrolled. Named
    profiles are enrolled and of one locale: else the reply is a 400.

    Args:
        profile_ids (str): Ids of profiles, or all of them.
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Identification
    """

    return sync_detailed(
        client=client,
        body=body,
        profile_ids=profile_ids,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    profile_ids: str,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Identification]:
    """Says which of the named profiles a recording is of.

     The score that it takes grows with the number of candidates, so that a stranger is no likelier to be
    taken for one of many. `*` in place of ids (an extension) is all profiles that are enrolled. Named
    profiles are enrolled and of one locale: else the reply is a 400.

    Args:
        profile_ids (str): Ids of profiles, or all of them.
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Identification]
    """

    kwargs = _get_kwargs(
        body=body,
        profile_ids=profile_ids,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: File,
    profile_ids: str,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Identification | None:
    """Says which of the named profiles a recording is of.

     The score that it takes grows with the number of candidates, so that a stranger is no likelier to be
    taken for one of many. `*` in place of ids (an extension) is all profiles that are enrolled. Named
    profiles are enrolled and of one locale: else the reply is a 400.

    Args:
        profile_ids (str): Ids of profiles, or all of them.
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Identification
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            profile_ids=profile_ids,
            ignore_min_length=ignore_min_length,
            api_version=api_version,
        )
    ).parsed

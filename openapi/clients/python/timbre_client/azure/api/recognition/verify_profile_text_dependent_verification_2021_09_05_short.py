from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.verification import Verification
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    profile: str,
    *,
    body: File,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["ignoreMinLength"] = ignore_min_length

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/speaker/verification/text-dependent/profiles/{profile}:verify".format(
            profile=quote(str(profile), safe=""),
        ),
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "audio/wav; codecs=audio/pcm"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Verification | None:
    if response.status_code == 200:
        response_200 = Verification.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Verification]:
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
    body: File,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Verification]:
    """Says whether a recording is of the profile's owner.

     A score of 0.5 or more is accepted: the tenant's false-match rate is behind it. `Reject` is an
    answer, with status 200. A profile that is not enrolled is a 400.

    Args:
        profile (str):
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Verification]
    """

    kwargs = _get_kwargs(
        profile=profile,
        body=body,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Verification | None:
    """Says whether a recording is of the profile's owner.

     A score of 0.5 or more is accepted: the tenant's false-match rate is behind it. `Reject` is an
    answer, with status 200. A profile that is not enrolled is a 400.

    Args:
        profile (str):
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Verification
    """

    return sync_detailed(
        profile=profile,
        client=client,
        body=body,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    ).parsed


async def asyncio_detailed(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Response[Verification]:
    """Says whether a recording is of the profile's owner.

     A score of 0.5 or more is accepted: the tenant's false-match rate is behind it. `Reject` is an
    answer, with status 200. A profile that is not enrolled is a 400.

    Args:
        profile (str):
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Verification]
    """

    kwargs = _get_kwargs(
        profile=profile,
        body=body,
        ignore_min_length=ignore_min_length,
        api_version=api_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    profile: str,
    *,
    client: AuthenticatedClient | Client,
    body: File,
    ignore_min_length: bool | Unset = UNSET,
    api_version: Literal["2021-09-05"],
) -> Verification | None:
    """Says whether a recording is of the profile's owner.

     A score of 0.5 or more is accepted: the tenant's false-match rate is behind it. `Reject` is an
    answer, with status 200. A profile that is not enrolled is a 400.

    Args:
        profile (str):
        ignore_min_length (bool | Unset):
        api_version (Literal['2021-09-05']):
        body (File):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Verification
    """

    return (
        await asyncio_detailed(
            profile=profile,
            client=client,
            body=body,
            ignore_min_length=ignore_min_length,
            api_version=api_version,
        )
    ).parsed

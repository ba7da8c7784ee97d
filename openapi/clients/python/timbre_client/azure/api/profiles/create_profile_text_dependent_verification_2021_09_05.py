from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_profile import NewProfile
from ...models.profile_20210905 import Profile20210905
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewProfile,
    api_version: Literal["2021-09-05"],
    x_timbre_consent: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_timbre_consent, Unset):
        headers["x-timbre-consent"] = x_timbre_consent

    params: dict[str, Any] = {}

    params["api-version"] = api_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/speaker-recognition/verification/text-dependent/profiles",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Profile20210905 | None:
    if response.status_code == 201:
        response_201 = Profile20210905.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Profile20210905]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewProfile,
    api_version: Literal["2021-09-05"],
    x_timbre_consent: str | Unset = UNSET,
) -> Response[Profile20210905]:
    """Makes an empty profile.

     It is enrolled by recordings that are added to it. The call sent again makes another. How many there
    may be is the tenant's policy: one too many is a 403.

    Args:
        api_version (Literal['2021-09-05']):
        x_timbre_consent (str | Unset):
        body (NewProfile): A profile in the making.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profile20210905]
    """

    kwargs = _get_kwargs(
        body=body,
        api_version=api_version,
        x_timbre_consent=x_timbre_consent,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewProfile,
    api_version: Literal["2021-09-05"],
    x_timbre_consent: str | Unset = UNSET,
) -> Profile20210905 | None:
    """Makes an empty profile.

     It is enrolled by recordings that are added to it. The call sent again makes another. How many there
    may be is the tenant's policy: one too many is a 403.

    Args:
        api_version (Literal['2021-09-05']):
        x_timbre_consent (str | Unset):
        body (NewProfile): A profile in the making.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profile20210905
    """

    return sync_detailed(
        client=client,
        body=body,
        api_version=api_version,
        x_timbre_consent=x_timbre_consent,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewProfile,
    api_version: Literal["2021-09-05"],
    x_timbre_consent: str | Unset = UNSET,
) -> Response[Profile20210905]:
    """Makes an empty profile.

     It is enrolled by recordings that are added to it. The call sent again makes another. How many there
    may be is the tenant's policy: one too many is a 403.

    Args:
        api_version (Literal['2021-09-05']):
        x_timbre_consent (str | Unset):
        body (NewProfile): A profile in the making.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Profile20210905]
    """

    kwargs = _get_kwargs(
        body=body,
        api_version=api_version,
        x_timbre_consent=x_timbre_consent,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewProfile,
    api_version: Literal["2021-09-05"],
    x_timbre_consent: str | Unset = UNSET,
) -> Profile20210905 | None:
    """Makes an empty profile.

     It is enrolled by recordings that are added to it. The call sent again makes another. How many there
    may be is the tenant's policy: one too many is a 403.

    Args:
        api_version (Literal['2021-09-05']):
        x_timbre_consent (str | Unset):
        body (NewProfile): A profile in the making.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Profile20210905
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            api_version=api_version,
            x_timbre_consent=x_timbre_consent,
        )
    ).parsed

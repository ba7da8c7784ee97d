from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_user import NewUser
from ...models.user_reply import UserReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewUser | Unset = UNSET,
    x_timbre_consent: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_timbre_consent, Unset):
        headers["x-timbre-consent"] = x_timbre_consent

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/1.1/users",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> UserReply | None:
    if response.status_code == 200:
        response_200 = UserReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[UserReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewUser | Unset = UNSET,
    x_timbre_consent: str | Unset = UNSET,
) -> Response[UserReply]:
    """Makes a user, or names the one that the device is bound to.

     A `reference_id` is one user's; asked for again it answers 400 with the id of the user that has it.
    A `mac_address` that is bound already answers with its user. Without either, the user is known by
    the id alone, and every call makes another.

    Args:
        x_timbre_consent (str | Unset):
        body (NewUser | Unset): What a user may be known by; none of it is needed.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[UserReply]
    """

    kwargs = _get_kwargs(
        body=body,
        x_timbre_consent=x_timbre_consent,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewUser | Unset = UNSET,
    x_timbre_consent: str | Unset = UNSET,
) -> UserReply | None:
    """Makes a user, or names the one that the device is bound to.

     A `reference_id` is one user's; asked for again it answers 400 with the id of the user that has it.
    A `mac_address` that is bound already answers with its user. Without either, the user is known by
    the id alone, and every call makes another.

    Args:
        x_timbre_consent (str | Unset):
        body (NewUser | Unset): What a user may be known by; none of it is needed.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        UserReply
    """

    return sync_detailed(
        client=client,
        body=body,
        x_timbre_consent=x_timbre_consent,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewUser | Unset = UNSET,
    x_timbre_consent: str | Unset = UNSET,
) -> Response[UserReply]:
    """Makes a user, or names the one that the device is bound to.

     A `reference_id` is one user's; asked for again it answers 400 with the id of the user that has it.
    A `mac_address` that is bound already answers with its user. Without either, the user is known by
    the id alone, and every call makes another.

    Args:
        x_timbre_consent (str | Unset):
        body (NewUser | Unset): What a user may be known by; none of it is needed.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[UserReply]
    """

    kwargs = _get_kwargs(
        body=body,
        x_timbre_consent=x_timbre_consent,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewUser | Unset = UNSET,
    x_timbre_consent: str | Unset = UNSET,
) -> UserReply | None:
    """Makes a user, or names the one that the device is bound to.

     A `reference_id` is one user's; asked for again it answers 400 with the id of the user that has it.
    A `mac_address` that is bound already answers with its user. Without either, the user is known by
    the id alone, and every call makes another.

    Args:
        x_timbre_consent (str | Unset):
        body (NewUser | Unset): What a user may be known by; none of it is needed.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        UserReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_timbre_consent=x_timbre_consent,
        )
    ).parsed

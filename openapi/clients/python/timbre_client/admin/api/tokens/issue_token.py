from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.issued_token import IssuedToken
from ...models.new_token import NewToken
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewToken,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/tokens",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> IssuedToken | None:
    if response.status_code == 201:
        response_201 = IssuedToken.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[IssuedToken]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewToken,
    idempotency_key: str | Unset = UNSET,
) -> Response[IssuedToken]:
    """Issues a token.

     It has no session: it is good until it is revoked, or until the time that is named. Two of a name
    may be alive, so that a program can change over; a third is a 409. Needs the permission
    `tokens.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewToken): A token that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[IssuedToken]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewToken,
    idempotency_key: str | Unset = UNSET,
) -> IssuedToken | None:
    """Issues a token.

     It has no session: it is good until it is revoked, or until the time that is named. Two of a name
    may be alive, so that a program can change over; a third is a 409. Needs the permission
    `tokens.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewToken): A token that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        IssuedToken
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewToken,
    idempotency_key: str | Unset = UNSET,
) -> Response[IssuedToken]:
    """Issues a token.

     It has no session: it is good until it is revoked, or until the time that is named. Two of a name
    may be alive, so that a program can change over; a third is a 409. Needs the permission
    `tokens.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewToken): A token that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[IssuedToken]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewToken,
    idempotency_key: str | Unset = UNSET,
) -> IssuedToken | None:
    """Issues a token.

     It has no session: it is good until it is revoked, or until the time that is named. Two of a name
    may be alive, so that a program can change over; a third is a 409. Needs the permission
    `tokens.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewToken): A token that is asked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        IssuedToken
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.made_password import MadePassword
from ...types import UNSET, Response, Unset


def _get_kwargs(
    operator: UUID,
    *,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/operators/{operator}/password".format(
            operator=quote(str(operator), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MadePassword | None:
    if response.status_code == 200:
        response_200 = MadePassword.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MadePassword]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadePassword]:
    """Gives an operator another password.

     It is made up, and shown in this reply only. Their sessions end, and a login that is under way is
    refused. Needs the permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadePassword]
    """

    kwargs = _get_kwargs(
        operator=operator,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> MadePassword | None:
    """Gives an operator another password.

     It is made up, and shown in this reply only. Their sessions end, and a login that is under way is
    refused. Needs the permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadePassword
    """

    return sync_detailed(
        operator=operator,
        client=client,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadePassword]:
    """Gives an operator another password.

     It is made up, and shown in this reply only. Their sessions end, and a login that is under way is
    refused. Needs the permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadePassword]
    """

    kwargs = _get_kwargs(
        operator=operator,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str | Unset = UNSET,
) -> MadePassword | None:
    """Gives an operator another password.

     It is made up, and shown in this reply only. Their sessions end, and a login that is under way is
    refused. Needs the permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        idempotency_key (str | Unset): A key by which a call that is sent again is known.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadePassword
    """

    return (
        await asyncio_detailed(
            operator=operator,
            client=client,
            idempotency_key=idempotency_key,
        )
    ).parsed

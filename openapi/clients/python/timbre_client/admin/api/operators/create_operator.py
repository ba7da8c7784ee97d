from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.made_operator import MadeOperator
from ...models.new_operator import NewOperator
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewOperator,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/operators",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MadeOperator | None:
    if response.status_code == 201:
        response_201 = MadeOperator.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MadeOperator]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewOperator,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadeOperator]:
    """Makes an operator.

     A password is made up, and shown in this reply only. An address that another operator has is a 409.
    Needs the permission `operators.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewOperator): An operator who is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadeOperator]
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
    body: NewOperator,
    idempotency_key: str | Unset = UNSET,
) -> MadeOperator | None:
    """Makes an operator.

     A password is made up, and shown in this reply only. An address that another operator has is a 409.
    Needs the permission `operators.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewOperator): An operator who is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadeOperator
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewOperator,
    idempotency_key: str | Unset = UNSET,
) -> Response[MadeOperator]:
    """Makes an operator.

     A password is made up, and shown in this reply only. An address that another operator has is a 409.
    Needs the permission `operators.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewOperator): An operator who is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MadeOperator]
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
    body: NewOperator,
    idempotency_key: str | Unset = UNSET,
) -> MadeOperator | None:
    """Makes an operator.

     A password is made up, and shown in this reply only. An address that another operator has is a 409.
    Needs the permission `operators.manage`, which these have: an owner.

    Args:
        idempotency_key (str | Unset): A key by which a call that is sent again is known.
        body (NewOperator): An operator who is to be.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MadeOperator
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed

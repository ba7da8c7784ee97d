from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_password import NewPassword
from ...types import Response


def _get_kwargs(
    *,
    body: NewPassword,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/admin/v1/me/password",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | None:
    if response.status_code == 204:
        return None

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewPassword,
) -> Response[Any]:
    """Changes one's own password.

     Any operator may, and all other sessions of the account end. A wrong current password is a 422, and
    counts as a failed login; too many are a 429. A program's token has no password: 409.

    Args:
        body (NewPassword): A password in another's place.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewPassword,
) -> Response[Any]:
    """Changes one's own password.

     Any operator may, and all other sessions of the account end. A wrong current password is a 422, and
    counts as a failed login; too many are a 429. A program's token has no password: 409.

    Args:
        body (NewPassword): A password in another's place.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import Response


def _get_kwargs(
    operator: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/admin/v1/operators/{operator}".format(
            operator=quote(str(operator), safe=""),
        ),
    }

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
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any]:
    """Disables an operator.

     They are logged out everywhere. What they did stays told under their id, and a change lets them in
    again. The last owner cannot be disabled: 409. Needs the permission `operators.manage`, which these
    have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        operator=operator,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


async def asyncio_detailed(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any]:
    """Disables an operator.

     They are logged out everywhere. What they did stays told under their id, and a change lets them in
    again. The last owner cannot be disabled: 409. Needs the permission `operators.manage`, which these
    have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Any]
    """

    kwargs = _get_kwargs(
        operator=operator,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.operator import Operator
from ...models.operator_change import OperatorChange
from ...types import Response


def _get_kwargs(
    operator: UUID,
    *,
    body: OperatorChange,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/admin/v1/operators/{operator}".format(
            operator=quote(str(operator), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Operator | None:
    if response.status_code == 200:
        response_200 = Operator.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Operator]:
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
    body: OperatorChange,
) -> Response[Operator]:
    """Changes an operator.

     What is absent stays. Whoever is disabled or gets another role is logged out everywhere. Somebody
    must be left who may do everything: what would take the last owner away is a 409. Needs the
    permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        body (OperatorChange): What is to be otherwise of an operator: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Operator]
    """

    kwargs = _get_kwargs(
        operator=operator,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: OperatorChange,
) -> Operator | None:
    """Changes an operator.

     What is absent stays. Whoever is disabled or gets another role is logged out everywhere. Somebody
    must be left who may do everything: what would take the last owner away is a 409. Needs the
    permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        body (OperatorChange): What is to be otherwise of an operator: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Operator
    """

    return sync_detailed(
        operator=operator,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: OperatorChange,
) -> Response[Operator]:
    """Changes an operator.

     What is absent stays. Whoever is disabled or gets another role is logged out everywhere. Somebody
    must be left who may do everything: what would take the last owner away is a 409. Needs the
    permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        body (OperatorChange): What is to be otherwise of an operator: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Operator]
    """

    kwargs = _get_kwargs(
        operator=operator,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    operator: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: OperatorChange,
) -> Operator | None:
    """Changes an operator.

     What is absent stays. Whoever is disabled or gets another role is logged out everywhere. Somebody
    must be left who may do everything: what would take the last owner away is a 409. Needs the
    permission `operators.manage`, which these have: an owner.

    Args:
        operator (UUID): A person who runs this installation, or one tenant of it.
        body (OperatorChange): What is to be otherwise of an operator: what is absent stays.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Operator
    """

    return (
        await asyncio_detailed(
            operator=operator,
            client=client,
            body=body,
        )
    ).parsed

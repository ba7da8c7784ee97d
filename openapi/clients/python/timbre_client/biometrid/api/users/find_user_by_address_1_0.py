from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.message_reply import MessageReply
from ...models.user_reply import UserReply
from ...types import UNSET, Response


def _get_kwargs(
    *,
    mac_address: str,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["mac_address"] = mac_address

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/1.0/users/find-by-address",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MessageReply | UserReply | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> MessageReply | UserReply:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_found_user_reply_type_0 = UserReply.from_dict(data)

                return componentsschemas_found_user_reply_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_found_user_reply_type_1 = MessageReply.from_dict(data)

            return componentsschemas_found_user_reply_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MessageReply | UserReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    mac_address: str,
) -> Response[MessageReply | UserReply]:
    """Finds the user that a device is bound to.

     The address may be written with colons, dashes or nothing between its digits. That there is nobody
    is a 200 as well.

    Args:
        mac_address (str): The address of a device that is looked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MessageReply | UserReply]
    """

    kwargs = _get_kwargs(
        mac_address=mac_address,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    mac_address: str,
) -> MessageReply | UserReply | None:
    """Finds the user that a device is bound to.

     The address may be written with colons, dashes or nothing between its digits. That there is nobody
    is a 200 as well.

    Args:
        mac_address (str): The address of a device that is looked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MessageReply | UserReply
    """

    return sync_detailed(
        client=client,
        mac_address=mac_address,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    mac_address: str,
) -> Response[MessageReply | UserReply]:
    """Finds the user that a device is bound to.

     The address may be written with colons, dashes or nothing between its digits. That there is nobody
    is a 200 as well.

    Args:
        mac_address (str): The address of a device that is looked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[MessageReply | UserReply]
    """

    kwargs = _get_kwargs(
        mac_address=mac_address,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    mac_address: str,
) -> MessageReply | UserReply | None:
    """Finds the user that a device is bound to.

     The address may be written with colons, dashes or nothing between its digits. That there is nobody
    is a 200 as well.

    Args:
        mac_address (str): The address of a device that is looked for.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        MessageReply | UserReply
    """

    return (
        await asyncio_detailed(
            client=client,
            mac_address=mac_address,
        )
    ).parsed

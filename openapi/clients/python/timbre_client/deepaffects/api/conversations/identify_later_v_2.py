from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.accepted_job import AcceptedJob
from ...models.conversation import Conversation
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: Conversation,
    webhook: str,
    request_id: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["webhook"] = webhook

    params["request_id"] = request_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/audio/generic/api/v2/async/diarization/identify",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AcceptedJob | None:
    if response.status_code == 202:
        response_202 = AcceptedJob.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AcceptedJob]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
    webhook: str,
    request_id: str | Unset = UNSET,
) -> Response[AcceptedJob]:
    """Accepts a job: which of the named speakers speaks when.

     What was found is sent to the webhook, signed (docs/moving-from-deepaffects.md), and is told by
    `jobStatus`. The same call with the same `request_id` is the same job; another call with it is a
    400.

    Args:
        webhook (str): Where the end of a job is told: HTTP or HTTPS, a public address.
        request_id (str | Unset): By which a job is known.
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[AcceptedJob]
    """

    kwargs = _get_kwargs(
        body=body,
        webhook=webhook,
        request_id=request_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
    webhook: str,
    request_id: str | Unset = UNSET,
) -> AcceptedJob | None:
    """Accepts a job: which of the named speakers speaks when.

     What was found is sent to the webhook, signed (docs/moving-from-deepaffects.md), and is told by
    `jobStatus`. The same call with the same `request_id` is the same job; another call with it is a
    400.

    Args:
        webhook (str): Where the end of a job is told: HTTP or HTTPS, a public address.
        request_id (str | Unset): By which a job is known.
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        AcceptedJob
    """

    return sync_detailed(
        client=client,
        body=body,
        webhook=webhook,
        request_id=request_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
    webhook: str,
    request_id: str | Unset = UNSET,
) -> Response[AcceptedJob]:
    """Accepts a job: which of the named speakers speaks when.

     What was found is sent to the webhook, signed (docs/moving-from-deepaffects.md), and is told by
    `jobStatus`. The same call with the same `request_id` is the same job; another call with it is a
    400.

    Args:
        webhook (str): Where the end of a job is told: HTTP or HTTPS, a public address.
        request_id (str | Unset): By which a job is known.
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[AcceptedJob]
    """

    kwargs = _get_kwargs(
        body=body,
        webhook=webhook,
        request_id=request_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Conversation,
    webhook: str,
    request_id: str | Unset = UNSET,
) -> AcceptedJob | None:
    """Accepts a job: which of the named speakers speaks when.

     What was found is sent to the webhook, signed (docs/moving-from-deepaffects.md), and is told by
    `jobStatus`. The same call with the same `request_id` is the same job; another call with it is a
    400.

    Args:
        webhook (str): Where the end of a job is told: HTTP or HTTPS, a public address.
        request_id (str | Unset): By which a job is known.
        body (Conversation): The fields that are documented for any of these calls. `audioType`
            and `source` changed nothing that can be told from outside.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        AcceptedJob
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            webhook=webhook,
            request_id=request_id,
        )
    ).parsed

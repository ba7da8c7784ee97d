import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.event_page import EventPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    action: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    person: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["action"] = action

    params["actor"] = actor

    params["person"] = person

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params["limit"] = limit

    params["after"] = after

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/audit".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EventPage | None:
    if response.status_code == 200:
        response_200 = EventPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EventPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    action: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    person: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[EventPage]:
    """Lists the tenant's audit trail.

     What applications, operators and Timbre did there. People stand in it by pseudonyms, since it
    outlives their erasure. An event is listed that passes every filter. Needs the permission
    `audit.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        action (str | Unset):
        actor (str | Unset):
        person (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[EventPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        action=action,
        actor=actor,
        person=person,
        from_=from_,
        to=to,
        limit=limit,
        after=after,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    action: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    person: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> EventPage | None:
    """Lists the tenant's audit trail.

     What applications, operators and Timbre did there. People stand in it by pseudonyms, since it
    outlives their erasure. An event is listed that passes every filter. Needs the permission
    `audit.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        action (str | Unset):
        actor (str | Unset):
        person (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        EventPage
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        action=action,
        actor=actor,
        person=person,
        from_=from_,
        to=to,
        limit=limit,
        after=after,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    action: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    person: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[EventPage]:
    """Lists the tenant's audit trail.

     What applications, operators and Timbre did there. People stand in it by pseudonyms, since it
    outlives their erasure. An event is listed that passes every filter. Needs the permission
    `audit.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        action (str | Unset):
        actor (str | Unset):
        person (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[EventPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        action=action,
        actor=actor,
        person=person,
        from_=from_,
        to=to,
        limit=limit,
        after=after,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    action: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    person: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> EventPage | None:
    """Lists the tenant's audit trail.

     What applications, operators and Timbre did there. People stand in it by pseudonyms, since it
    outlives their erasure. An event is listed that passes every filter. Needs the permission
    `audit.read`, which these have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        action (str | Unset):
        actor (str | Unset):
        person (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        EventPage
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            action=action,
            actor=actor,
            person=person,
            from_=from_,
            to=to,
            limit=limit,
            after=after,
        )
    ).parsed

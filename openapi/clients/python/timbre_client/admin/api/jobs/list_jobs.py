import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_kind import JobKind
from ...models.job_page import JobPage
from ...models.job_state import JobState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    kind: JobKind | Unset = UNSET,
    state: JobState | Unset = UNSET,
    request_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind

    params["kind"] = json_kind

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params["request_id"] = request_id

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
        "url": "/admin/v1/tenants/{tenant}/jobs".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> JobPage | None:
    if response.status_code == 200:
        response_200 = JobPage.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[JobPage]:
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
    kind: JobKind | Unset = UNSET,
    state: JobState | Unset = UNSET,
    request_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[JobPage]:
    """Lists the jobs.

     Those of DeepAffects' asynchronous calls, the newest first. A job is listed that passes every
    filter. Needs the permission `jobs.read`, which these have: an owner, an operator, an auditor, the
    tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (JobKind | Unset): What is to be found out about a recording.
        state (JobState | Unset): Where a job stands.
        request_id (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[JobPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        kind=kind,
        state=state,
        request_id=request_id,
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
    kind: JobKind | Unset = UNSET,
    state: JobState | Unset = UNSET,
    request_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> JobPage | None:
    """Lists the jobs.

     Those of DeepAffects' asynchronous calls, the newest first. A job is listed that passes every
    filter. Needs the permission `jobs.read`, which these have: an owner, an operator, an auditor, the
    tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (JobKind | Unset): What is to be found out about a recording.
        state (JobState | Unset): Where a job stands.
        request_id (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        JobPage
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        kind=kind,
        state=state,
        request_id=request_id,
        from_=from_,
        to=to,
        limit=limit,
        after=after,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    kind: JobKind | Unset = UNSET,
    state: JobState | Unset = UNSET,
    request_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> Response[JobPage]:
    """Lists the jobs.

     Those of DeepAffects' asynchronous calls, the newest first. A job is listed that passes every
    filter. Needs the permission `jobs.read`, which these have: an owner, an operator, an auditor, the
    tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (JobKind | Unset): What is to be found out about a recording.
        state (JobState | Unset): Where a job stands.
        request_id (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[JobPage]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        kind=kind,
        state=state,
        request_id=request_id,
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
    kind: JobKind | Unset = UNSET,
    state: JobState | Unset = UNSET,
    request_id: str | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
    limit: int | Unset = UNSET,
    after: str | Unset = UNSET,
) -> JobPage | None:
    """Lists the jobs.

     Those of DeepAffects' asynchronous calls, the newest first. A job is listed that passes every
    filter. Needs the permission `jobs.read`, which these have: an owner, an operator, an auditor, the
    tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        kind (JobKind | Unset): What is to be found out about a recording.
        state (JobState | Unset): Where a job stands.
        request_id (str | Unset):
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):
        limit (int | Unset): How many entries a page has.
        after (str | Unset):

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        JobPage
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            kind=kind,
            state=state,
            request_id=request_id,
            from_=from_,
            to=to,
            limit=limit,
            after=after,
        )
    ).parsed

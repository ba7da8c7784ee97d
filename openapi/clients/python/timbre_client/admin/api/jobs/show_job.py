from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job import Job
from ...types import Response


def _get_kwargs(
    tenant: UUID,
    job: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/jobs/{job}".format(
            tenant=quote(str(tenant), safe=""),
            job=quote(str(job), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Job | None:
    if response.status_code == 200:
        response_200 = Job.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Job]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    tenant: UUID,
    job: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Job]:
    """Shows a job.

     How far it is. What was found is not in the reply. Needs the permission `jobs.read`, which these
    have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        job (UUID): Work that outlives the request that asked for it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Job]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        job=job,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    job: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Job | None:
    """Shows a job.

     How far it is. What was found is not in the reply. Needs the permission `jobs.read`, which these
    have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        job (UUID): Work that outlives the request that asked for it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Job
    """

    return sync_detailed(
        tenant=tenant,
        job=job,
        client=client,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    job: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Job]:
    """Shows a job.

     How far it is. What was found is not in the reply. Needs the permission `jobs.read`, which these
    have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        job (UUID): Work that outlives the request that asked for it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[Job]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        job=job,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    job: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Job | None:
    """Shows a job.

     How far it is. What was found is not in the reply. Needs the permission `jobs.read`, which these
    have: an owner, an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        job (UUID): Work that outlives the request that asked for it.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Job
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            job=job,
            client=client,
        )
    ).parsed

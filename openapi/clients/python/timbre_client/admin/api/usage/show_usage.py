import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.format_ import Format
from ...models.usage_by_day import UsageByDay
from ...types import UNSET, Response, Unset


def _get_kwargs(
    tenant: UUID,
    *,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    format_: Format | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/admin/v1/tenants/{tenant}/usage".format(
            tenant=quote(str(tenant), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> UsageByDay | None:
    if response.status_code == 200:
        response_200 = UsageByDay.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[UsageByDay]:
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
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    format_: Format | Unset = UNSET,
) -> Response[UsageByDay]:
    """Shows what was used, by day.

     Both days are included, and there are at most 400. Without them: this month so far (UTC). A day on
    which nothing was used is left out. Needs the permission `usage.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        format_ (Format | Unset): In which form.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[UsageByDay]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        from_=from_,
        to=to,
        format_=format_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    format_: Format | Unset = UNSET,
) -> UsageByDay | None:
    """Shows what was used, by day.

     Both days are included, and there are at most 400. Without them: this month so far (UTC). A day on
    which nothing was used is left out. Needs the permission `usage.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        format_ (Format | Unset): In which form.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        UsageByDay
    """

    return sync_detailed(
        tenant=tenant,
        client=client,
        from_=from_,
        to=to,
        format_=format_,
    ).parsed


async def asyncio_detailed(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    format_: Format | Unset = UNSET,
) -> Response[UsageByDay]:
    """Shows what was used, by day.

     Both days are included, and there are at most 400. Without them: this month so far (UTC). A day on
    which nothing was used is left out. Needs the permission `usage.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        format_ (Format | Unset): In which form.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        Response[UsageByDay]
    """

    kwargs = _get_kwargs(
        tenant=tenant,
        from_=from_,
        to=to,
        format_=format_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    tenant: UUID,
    *,
    client: AuthenticatedClient | Client,
    from_: datetime.date | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
    format_: Format | Unset = UNSET,
) -> UsageByDay | None:
    """Shows what was used, by day.

     Both days are included, and there are at most 400. Without them: this month so far (UTC). A day on
    which nothing was used is left out. Needs the permission `usage.read`, which these have: an owner,
    an operator, an auditor, the tenant's own admin.

    Args:
        tenant (UUID): A customer of this installation. Whatever touches tenant data takes one
            first.
        from_ (datetime.date | Unset):
        to (datetime.date | Unset):
        format_ (Format | Unset): In which form.

    Raises:
        timbre_client.Refused: If the server turns the call down.
        timbre_client.NotAnswered: If no answer comes; timbre_client.TimedOut, if none comes in time.
        errors.UnexpectedStatus: If the call was done with an undocumented status and Client.raise_on_unexpected_status is True.

    Returns:
        UsageByDay
    """

    return (
        await asyncio_detailed(
            tenant=tenant,
            client=client,
            from_=from_,
            to=to,
            format_=format_,
        )
    ).parsed

"""How a call is sent: how long it may take, and when it is sent again.

Promises that nothing is done twice. Sent again is what was turned down before anything was done (429), what found nobody there, and what
may be repeated: GET, PUT, DELETE, and any call with an `Idempotency-Key`. For these a lost answer and 502, 503 and 504 are reasons too.
For others they are none, whatever `Retry-After` says: the call may have been done all the same.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import httpx

from .errors import NotAnswered, Refused, TimedOut, retry_after

FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
LONGEST_RETRY_AFTER = 60.0
"""A server that asks for more than this is not waited for: the caller is told."""
REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
NOBODY_THERE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Patient(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends calls, and raises where one was turned down. One for blocking and asynchronous clients alike."""

    def __init__(
        self,
        retries: int,
        inner: httpx.BaseTransport | None = None,
        inner_async: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        sleep_async: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        query: Mapping[str, str] = MappingProxyType({}),
        verify_ssl: str | bool | ssl.SSLContext = True,
    ) -> None:
        self._retries = retries
        # One for both: to read all authorities takes a while.
        trusted = httpx.create_ssl_context(verify_ssl)
        self._inner = inner or httpx.HTTPTransport(verify=trusted)
        self._inner_async = inner_async or httpx.AsyncHTTPTransport(verify=trusted)
        self._query = query
        self._sleep, self._sleep_async, self._chance = sleep, sleep_async, chance

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        request = self._as_sent(request)
        tries = 0
        while True:
            try:
                response = _read(self._inner.handle_request(request))
            except httpx.TransportError as error:
                wait = self._wait(request, tries, error)
                if wait is None:
                    raise _not_answered(error) from error
            else:
                wait = self._wait(request, tries, response)
                if wait is None:
                    return _done(response)
            self._sleep(wait)
            tries += 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        request = self._as_sent(request)
        tries = 0
        while True:
            try:
                response = await _read_async(await self._inner_async.handle_async_request(request))
            except httpx.TransportError as error:
                wait = self._wait(request, tries, error)
                if wait is None:
                    raise _not_answered(error) from error
            else:
                wait = self._wait(request, tries, response)
                if wait is None:
                    return _done(response)
            await self._sleep_async(wait)
            tries += 1

    def close(self) -> None:
        self._inner.close()

    async def aclose(self) -> None:
        await self._inner_async.aclose()

    def _as_sent(self, request: httpx.Request) -> httpx.Request:
        """The same with what stands in every query: added here because httpx logs the request that it was given, and a key is in there."""
        _without_a_type_of_nothing(request)
        url = request.url.copy_merge_params(dict(self._query)) if self._query else request.url
        return httpx.Request(
            request.method, url, headers=request.headers, content=request.content, extensions=request.extensions
        )

    def _wait(self, request: httpx.Request, tries: int, outcome: httpx.Response | httpx.TransportError) -> float | None:
        """Seconds to wait before the call is sent again; None where it must not be."""
        asked = _asked(request, outcome) if tries < self._retries else None
        if asked is None:
            return None
        return asked + self._chance() * min(LONGEST_WAIT, FIRST_WAIT * 2.0**tries)


def _asked(request: httpx.Request, outcome: httpx.Response | httpx.TransportError) -> float | None:
    repeatable = request.method in REPEATABLE or "idempotency-key" in request.headers
    if isinstance(outcome, httpx.TransportError):
        return 0.0 if repeatable or isinstance(outcome, NOBODY_THERE) else None
    seconds = retry_after(outcome)
    if seconds is not None and seconds > LONGEST_RETRY_AFTER:
        return None
    if outcome.status_code == 429 or (outcome.status_code in (502, 503, 504) and repeatable):
        return seconds or 0.0
    return None


def _read(response: httpx.Response) -> httpx.Response:
    """The whole reply, so that what is lost on the way is lost here."""
    try:
        assert isinstance(response.stream, httpx.SyncByteStream)
        return _whole(response, b"".join(response.stream))
    finally:
        response.close()


async def _read_async(response: httpx.Response) -> httpx.Response:
    try:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return _whole(response, b"".join([part async for part in response.stream]))
    finally:
        await response.aclose()


def _whole(response: httpx.Response, content: bytes) -> httpx.Response:
    return httpx.Response(
        response.status_code, headers=response.headers, stream=httpx.ByteStream(content), extensions=response.extensions
    )


def _done(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        response.read()
        raise Refused.of(response)
    return response


def _not_answered(error: httpx.TransportError) -> NotAnswered:
    kind = TimedOut if isinstance(error, httpx.TimeoutException) else NotAnswered
    return kind(f"no answer: {type(error).__name__}", not isinstance(error, NOBODY_THERE))


def _without_a_type_of_nothing(request: httpx.Request) -> None:
    """A generated function says what its body is also where it sends none."""
    if not request.content:
        request.headers.pop("content-type", None)

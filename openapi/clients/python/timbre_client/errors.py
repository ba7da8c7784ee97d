"""Why a call did not bring what was asked for.

Each is a `TimbreError`, and none has a credential or a recording in its text.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any
import datetime
import json

import httpx


class TimbreError(Exception):
    """Whatever goes wrong with a call."""


class Refused(TimbreError):
    """The server turned the call down; with 500 or more it may have done what was asked all the same."""

    def __init__(self, status: int, code: str, body: Any, retry_after: float | None) -> None:
        super().__init__(f"the call was turned down: {status} {code}".rstrip())
        self.status = status
        """The reply's status."""
        self.code = code
        """What the contract calls it: `USERID_NOT_EXISTS`, say. Empty where the reply is not the contract's, but a gateway's."""
        self.body = body
        """The reply: JSON as it reads, or its text."""
        self.retry_after = retry_after
        """Seconds that the reply asks to be waited for, where it names them."""

    def __reduce__(self) -> tuple[Any, ...]:
        """An exception is otherwise made again of its text alone, as when it comes from another process."""
        return type(self), (self.status, self.code, self.body, self.retry_after)

    @classmethod
    def of(cls, response: httpx.Response) -> Refused:
        """What this reply, which was read, says."""
        body: Any = response.text
        try:
            body = json.loads(body)
        except ValueError:
            pass
        return cls(response.status_code, code_of(body), body, retry_after(response))


class NotAnswered(TimbreError):
    """No answer came: the server may have done what was asked, or not, unless `was_sent` is false."""

    def __init__(self, message: str, was_sent: bool) -> None:
        super().__init__(message)
        self.was_sent = was_sent
        """False where there was nobody to send it to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.was_sent)


class TimedOut(NotAnswered):
    """No answer came in time."""


def code_of(body: Any) -> str:
    """What a contract calls an error: each has a place of its own for it."""
    places = (
        ("data", "message"),
        ("error", "code"),
        ("fault", "detail", "errorcode"),
        ("fault", "detail", "error_code"),
        ("type",),
    )
    for place in places:
        found = body
        for name in place:
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found
    return ""


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that a reply asks to be waited for."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.timezone.utc)
    return max(0.0, (when - datetime.datetime.now(datetime.timezone.utc)).total_seconds())

"""What an answer means for the asker: go on, wait, ask for less, or stop. Each platform has a classifier of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

# As much of a body as classifiers see; longer ones are judged by this and their last bytes.
HEAD_BYTES = 1 << 20
TAIL_BYTES = 4096
_SHOWN = 200

Kind = Literal["ok", "throttled", "transient", "too_much", "unauthorized", "forbidden", "permanent"]
Scope = Literal["call", "credential"]


@dataclass(frozen=True)
class Head:
    """An answer as a classifier sees it: `headers` by lower-case name, `body` its first MiB, `whole` if that is all.

    `tail` holds the last bytes of the body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True
    tail: bytes = b""

    def json(self) -> Any:
        """The body read as JSON, None where it is none or is not whole."""
        if not self.whole:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def said(self) -> str:
        """The beginning of the body on one line, for an error text."""
        return " ".join(self.body[: 4 * _SHOWN].decode("utf-8", errors="replace").split())[:_SHOWN]


@dataclass(frozen=True)
class Verdict:
    """One of: ok, throttled, transient, too_much, unauthorized, forbidden, permanent.

    `wait` is the delay in seconds that the server asks for; `scope` says whether a throttle holds this call back or
    everything that the credential does.
    """

    kind: Kind
    why: str = ""
    wait: float | None = None
    scope: Scope = "call"


Classifier = Callable[[Head], Verdict]
OK = Verdict("ok")


def throttled(why: str, wait: float | None = None, scope: Scope = "call") -> Verdict:
    """Too many requests: ask again after `wait` seconds, or after a growing delay where the server names none."""
    return Verdict("throttled", why, wait, scope)


def transient(why: str) -> Verdict:
    """A passing failure: ask again."""
    return Verdict("transient", why)


def too_much(why: str) -> Verdict:
    """Too much was asked for at once: raised as TooMuchDataError, the connector asks for less."""
    return Verdict("too_much", why)


def unauthorized(why: str) -> Verdict:
    """The token has expired or is wrong: renewed once where that is possible."""
    return Verdict("unauthorized", why)


def forbidden(why: str) -> Verdict:
    """The credential is good and may not read this account, or there is no such account."""
    return Verdict("forbidden", why)


def permanent(why: str) -> Verdict:
    """Asking again gives the same: the request is wrong, or the platform has changed."""
    return Verdict("permanent", why)


def status_verdict(head: Head) -> Verdict:
    """What the HTTP status alone says. For platforms that keep to it, and as the last word of the other classifiers."""
    status = head.status
    if 200 <= status < 300:
        return OK
    why = f"HTTP {status}: {head.said()}"
    if status == 429:
        return throttled(why, retry_after(head.headers))
    if status == 401:
        return unauthorized(why)
    if status == 403:
        return forbidden(why)
    if status >= 500 or status in (408, 425):
        return transient(why)
    return permanent(why)


def json_verdict(head: Head) -> Verdict:
    """As `status_verdict`; a success whose body is not JSON from the first byte to the last is a passing failure.

    That is how a proxy's error page and a stream that was cut look.
    """
    verdict = status_verdict(head)
    if verdict.kind != "ok":
        return verdict
    if head.whole:
        return OK if is_json(head.body) else transient(f"HTTP {head.status} without whole JSON: {head.said()}")
    first, last = head.body.lstrip()[:1], head.tail.rstrip()[-1:]
    if (first, last) in ((b"{", b"}"), (b"[", b"]")):
        return OK
    return transient(f"HTTP {head.status} whose JSON does not end")


def token_verdict(head: Head) -> Verdict:
    """For token endpoints: 400 and 401 say that the credential is wrong. The body may repeat what was sent."""
    if head.status in (400, 401, 403):
        told = head.json()
        stated = [str(told[name]) for name in ("error", "error_description") if name in told] if told else []
        return unauthorized(f"HTTP {head.status} {': '.join(stated)}".strip())
    return json_verdict(head)


def is_json(body: bytes) -> bool:
    """Whether `body` is one JSON object or array, whole."""
    try:
        return isinstance(json.loads(body), dict | list)
    except ValueError:
        return False


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, given as a number or as an HTTP date; None where there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    reference = parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
    return max((moment - reference).total_seconds(), 0.0)

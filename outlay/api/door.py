"""What every request passes before and behind the application: who calls, how often, how much, how long.

A plain ASGI layer. Answers from the published version that were given before are given again here, as bytes.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outlay.api.browsers import asking_browser, bearer_of, is_page
from outlay.api.callers import Caller, Callers
from outlay.api.problems import CONTENT_TYPE, Problem
from outlay.api.snapshot import Cached
from outlay.api.versions import Versions

_log = logging.getLogger("outlay.api")
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
BODY_LIMIT = 1_000_000
BATCH_LIMIT = 8_000_000
BATCH_PATH = "/spend-batches"
# A body that is too large is read to here and thrown away, so that its sender hears why; then the line is cut.
_DRAINED = 64_000_000
_SECURE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
# A request's id: this process, and the request's number in it.
_STARTED, _numbers = os.urandom(6).hex(), itertools.count(1)
_NO_STORE = (b"cache-control", b"no-store")


@dataclass(frozen=True)
class Limits:
    """What one request and one key may take. `rate` None: no limit."""

    rate: RateLimitItem | None
    seconds: float = 30.0


class Door:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, callers: Callable[[], Callers], versions: Versions, limits: Limits) -> None:
        self._app = app
        self._callers = callers
        self._versions = versions
        self._limits = limits
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, scope)
        scope["outlay.request_id"] = answer.request_id
        body = _Body(receive, scope)
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._answer(scope, body, answer)
        except Problem as problem:
            await answer.problem(problem)
        except TimeoutError:
            await answer.problem(_too_slow(body, self._limits.seconds))
        except Exception:  # noqa: BLE001 - whatever happens, the caller is told so in the one form
            _log.exception("request %s failed", answer.request_id)
            await answer.problem(Problem(500, "internal", "something went wrong here; the log has the request id"))

    async def _answer(self, scope: Scope, body: _Body, answer: _Answer) -> None:
        if scope["path"] not in OPEN_PATHS:
            caller = await self._tell(scope)
            self._count(caller.key_id)
            cached = self._cached(scope)
            if cached is not None and caller.may(cached.scope):
                await answer.cached(cached)
                return
            scope["outlay.caller"] = caller
        await body.check_announced()
        await self._app(scope, body.receive, answer.send)

    async def _tell(self, scope: Scope) -> Caller:
        """Who calls; a browser that wants a page may say its key in the one way that browsers have."""
        authorization = _header(scope, b"authorization")
        if not (scope["method"] in ("GET", "HEAD") and is_page(scope["path"])):
            return await self._callers().tell(authorization)
        try:
            return await self._callers().tell(bearer_of(authorization))
        except Problem as problem:
            raise asking_browser(problem) from None

    def _count(self, key_id: str) -> None:
        rate = self._limits.rate
        if rate is None or self._limiter.hit(rate, key_id):
            return
        wait = max(1, int(self._limiter.get_window_stats(rate, key_id).reset_time - time.time()) + 1)
        raise Problem(
            429, "too-many-requests", f"a key may ask {rate}; wait {wait} s", headers={"Retry-After": str(wait)}
        )

    def _cached(self, scope: Scope) -> Cached | None:
        if scope["method"] != "GET":
            return None
        snapshot = self._versions.at_hand()
        return snapshot.answers.get((scope["path"], scope["query_string"].decode("latin-1"))) if snapshot else None


class _Body:
    """The request's body, counted while it comes."""

    def __init__(self, receive: Receive, scope: Scope) -> None:
        self._receive = receive
        self._scope = scope
        self._size = 0
        self.is_complete = False
        self._limit = BATCH_LIMIT if scope["path"].endswith(BATCH_PATH) else BODY_LIMIT

    async def check_announced(self) -> None:
        """Refuses a body that says itself that it is too large, once its sender can hear it."""
        announced = _header(self._scope, b"content-length")
        if announced is not None and announced.isdigit() and int(announced) > self._limit:
            await self._drain()
            raise self._too_large()

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
            if self._size > self._limit:
                await self._drain()
                raise self._too_large()
        return message

    async def _drain(self) -> None:
        while not self.is_complete and self._size < _DRAINED:
            message = await self._receive()
            if message["type"] != "http.request":
                return
            self._size += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)

    def _too_large(self) -> Problem:
        return Problem(413, "too-large", f"a body may have {self._limit:,} bytes here", headers={"Connection": "close"})


class _Answer:
    """Sends the answer, dressed in the headers that every answer has."""

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self._has_begun = False
        self.request_id = f"{_STARTED}-{next(_numbers):x}"

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            self._dress(message)
        await self._send(message)

    async def cached(self, cached: Cached) -> None:
        await self.send(
            {
                "type": "http.response.start",
                **(not_modified(cached) if matches(self._scope, cached) else found(cached)),
            }
        )
        body = b"" if matches(self._scope, cached) else cached.body
        await self.send({"type": "http.response.body", "body": body})

    async def problem(self, problem: Problem) -> None:
        """Answers with problem details, unless an answer is on its way already."""
        if self._has_begun:
            return
        if problem.status in (401, 403, 429) or problem.status >= 500:
            _log.info("%s %s %d %s", self.request_id, self._scope["path"], problem.status, problem.kind)
        body = problem.body(self._scope["path"], self.request_id)
        headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _dress(self, message: Message) -> None:
        headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        stated = {name for name, _ in headers}
        headers.extend(header for header in _SECURE if header[0] not in stated)
        headers.append((b"x-request-id", self.request_id.encode()))
        if self._scope["scheme"] == "https":
            headers.append(_TRANSPORT)
        if not any(name == b"cache-control" for name, _ in headers):
            headers.append(_NO_STORE)
        message["headers"] = headers


def found(cached: Cached) -> dict[str, Any]:
    """Status and headers of a whole answer."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(cached.body)).encode()),
    ]
    return {"status": 200, "headers": [*headers, *_validators(cached)]}


def not_modified(cached: Cached) -> dict[str, Any]:
    """Status and headers for a caller who has the answer already."""
    return {"status": 304, "headers": _validators(cached)}


def matches(scope: Scope, cached: Cached) -> bool:
    """Whether the caller's If-None-Match names this answer."""
    stated = _header(scope, b"if-none-match")
    if stated is None:
        return False
    return stated.strip() == "*" or cached.etag in [one.strip().removeprefix("W/") for one in stated.split(",")]


def _validators(cached: Cached) -> list[tuple[bytes, bytes]]:
    return [
        (b"etag", cached.etag.encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"authorization"),
        (b"x-outlay-version", cached.version.encode()),
    ]


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


def _too_slow(body: _Body, seconds: float) -> Problem:
    if not body.is_complete:
        return Problem(408, "timeout", f"the body did not come within {seconds:g} s", headers={"Connection": "close"})
    return Problem(
        503, "timeout", f"no answer within {seconds:g} s; call again with the same key", headers={"Retry-After": "1"}
    )

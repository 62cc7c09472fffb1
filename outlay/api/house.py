"""What the routes work with: the store, the versions, the callers, the clock. Made once, handed to every request."""

from __future__ import annotations

import hashlib
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Request, Response

from outlay.api.app_json import dumps
from outlay.api.callers import Caller, Callers
from outlay.api.door import found, matches, not_modified
from outlay.api.problems import Problem
from outlay.api.snapshot import Cached, Snapshot
from outlay.api.versions import Versions
from outlay.company import Company
from outlay.settings import DataFolder
from outlay.spend_store import SpendStore

# Answers of a version that are kept: more than all periods and campaigns of a usual company.
KEPT_ANSWERS = 2_000


# Unpredictable but for ids only: a call to the system for each would cost more than the rest of the id.
_RANDOM = random.Random(secrets.token_bytes(32))


def utc_now() -> datetime:
    return datetime.now(UTC)


def _random_id() -> str:
    """An id that sorts by the time it was made (as UUID version 7 does): new rows lie together on the disk."""
    return f"{time.time_ns() // 1_000_000:012x}{_RANDOM.getrandbits(80):020x}"


@dataclass
class House:
    """One company's API."""

    data: DataFolder
    company: Callable[[], Company]
    store: SpendStore
    versions: Versions
    callers: Callers
    lineage: Path
    clock: Callable[[], datetime] = field(default=utc_now)
    new_id: Callable[[], str] = field(default=_random_id)

    def now(self) -> str:
        """The instant as it is stored: ISO, UTC, microseconds."""
        return self.clock().astimezone(UTC).isoformat(timespec="microseconds")

    async def snapshot_or_none(self) -> Snapshot | None:
        """The served version; None while nothing can be served."""
        try:
            return await self.versions.now()
        except Problem:
            return None


def house_of(request: Request) -> House:
    """The house that a request is in."""
    house: House = request.app.state.house
    return house


def caller_of(request: Request, *scopes: str) -> Caller:
    """Who calls. Raises Problem (403) without one of the scopes (none: any key will do)."""
    caller: Caller = request.scope["outlay.caller"]
    if scopes:
        caller.need(*scopes)
    return caller


async def from_version(request: Request, scope: str, build: Callable[[Snapshot], dict[str, Any]]) -> Response:
    """The answer that `build` makes of the served version, kept for whoever asks the same of that version."""
    caller_of(request, scope)
    snapshot = await house_of(request).versions.now()
    cached = answer_of(snapshot, scope, build(snapshot))
    if len(snapshot.answers) >= KEPT_ANSWERS:
        snapshot.answers.pop(next(iter(snapshot.answers)))
    snapshot.answers[request.scope["path"], request.scope["query_string"].decode("latin-1")] = cached
    return respond(request, cached)


def answer_of(snapshot: Snapshot, scope: str, document: dict[str, Any]) -> Cached:
    """A document as an answer with its entity tag."""
    body = dumps(document)
    return Cached(scope, snapshot.name, f'"{hashlib.sha256(body).hexdigest()[:32]}"', body)


def respond(request: Request, cached: Cached) -> Response:
    """The answer, or 304 for a caller who has it."""
    is_known = matches(request.scope, cached)
    dressed = not_modified(cached) if is_known else found(cached)
    response = Response(b"" if is_known else cached.body, status_code=dressed["status"])
    response.raw_headers = dressed["headers"]
    return response

"""Follows the pointer: which version is served now, loaded once, however many ask for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from outlay.api.problems import Problem
from outlay.api.snapshot import Snapshot, load
from outlay.company import Company
from outlay.garbage import set_aside
from outlay.publishing.pointer import POINTER, VersionDamagedError
from outlay.publishing.versions import PublishedVersion, current

_log = logging.getLogger("outlay.api")
_Signature = tuple[int, int, int] | None
_TRIES = 3
_LATELY = 1.0


class Versions:
    """The snapshot of the served version. Call only from the event loop."""

    def __init__(self, published: Path, company: Callable[[], Company]) -> None:
        self._published = published.resolve()
        self._pointer = self._published / POINTER
        self._company = company
        self._seen: _Signature = None
        self._snapshot: Snapshot | None = None
        self._loading: asyncio.Task[None] | None = None
        self._looked = float("-inf")
        self.problem: str | None = None  # why what is pointed at is not what is served

    async def now(self) -> Snapshot:
        """The version that the pointer names at this moment; a request keeps the one it was given.

        Where the new one cannot be read, the last good one. Raises Problem (503) while there is none.
        """
        snapshot = self.at_hand()
        if snapshot is not None:
            return snapshot
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load(self._signature()))
        await asyncio.shield(self._loading)
        if self._snapshot is None:
            raise Problem(
                503, "not-published", self.problem or "nothing is published yet", headers={"Retry-After": "30"}
            )
        return self._snapshot

    def at_hand(self) -> Snapshot | None:
        """The snapshot, unless the pointer has moved since: costs one look at one file."""
        return self._snapshot if self._signature() == self._seen else None

    def lately(self) -> Snapshot | None:
        """The snapshot as of the last second: for who need not know whether the pointer moved this instant."""
        now = time.monotonic()
        if now - self._looked < _LATELY:
            return self._snapshot
        self._looked = now
        return self.at_hand()

    async def _load(self, signature: _Signature) -> None:
        try:
            version = await asyncio.to_thread(self._read)
        except (VersionDamagedError, OSError, ValueError) as error:
            self.problem = str(error)
            _log.error("the published version cannot be read: %s", error)
        else:
            self.problem = "; ".join(version.version.refused) or None if version else "nothing is published yet"
            self._snapshot = version or self._snapshot
        self._seen = signature
        set_aside()  # or looking for garbage in it stops every caller for a tenth of a second, again and again

    def _read(self) -> Snapshot | None:
        for attempt in range(_TRIES):
            version = current(self._published)
            try:
                return None if version is None else self._opened(version)
            except OSError:
                # Removed between the look and the read: there is a newer one by now.
                if attempt == _TRIES - 1:
                    raise
        return None

    def _opened(self, version: PublishedVersion) -> Snapshot:
        served = self._snapshot
        if served is not None and served.name == version.version and served.version.refused == version.refused:
            return served
        return load(version, self._company())

    def _signature(self) -> _Signature:
        try:
            found = self._pointer.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

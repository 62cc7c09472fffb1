"""One fake server, and a company that was landed before anything went wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outlay.sources.fetched import factory
from outlay.sources.fetched.bucket import TokenBucket
from tests.fakes.data import World
from tests.fakes.server import FakeServer
from tests.fakes.small_books import small_books
from tests.integration.fetched.faulty import FaultyCompany, Slices, Told, paged, restated

# A company as it was landed, what that is, and what is right once the platforms have restated it.
Before = tuple[FaultyCompany, dict[str, Slices], dict[str, Slices]]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(World.small()) as running:
        yield running


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are not slept, so the buckets fill by a clock that runs as fast; the secrets are in the environment."""

    def bucket(fingerprint: str, rate: float, capacity: float = 1.0) -> TokenBucket:
        return TokenBucket(rate, capacity, clock=lambda: 1e6 * time.monotonic())

    monkeypatch.setattr(factory, "shared_bucket", bucket)
    monkeypatch.setattr(os, "environ", os.environ | small_books().environment())


@pytest.fixture
def landed_before(server: FakeServer, tmp_path: Path) -> Callable[[str], Before]:
    """A company with a ledger of the kind, run once without a fault."""

    def run(ledger: str) -> Before:
        server.world = paged(small_books())
        company = FaultyCompany.founded(tmp_path / ledger, server, ledger)
        assert company.run() == Told()
        before = company.landed()
        server.world = paged(restated(small_books()))
        later = company.copied(tmp_path / f"{ledger}-later")
        assert later.run() == Told()
        return company, before, later.landed()

    return run

"""One fake server a module, and a company for each test."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.sources.fetched import factory
from outlay.sources.fetched.bucket import TokenBucket
from tests.fakes.data import World
from tests.fakes.server import FakeServer
from tests.unit.sources.conformance.kit import Bench, Case


@pytest.fixture(autouse=True)
def full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that runs fast: waits are noted and not slept, so by the real one the buckets' debt would grow."""

    def bucket(fingerprint: str, rate: float, capacity: float = 1.0) -> TokenBucket:
        return TokenBucket(rate, capacity, clock=lambda: 1e6 * time.monotonic())

    monkeypatch.setattr(factory, "shared_bucket", bucket)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(World.small()) as running:
        yield running


@pytest.fixture
def bench(case: Case, server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return Bench(case, server, tmp_path / "company")

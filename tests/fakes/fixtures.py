"""Fixtures for tests that talk to the fake: import them into a conftest or a test module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.data import World
from tests.fakes.server import FakeServer


@pytest.fixture(scope="session")
def fake_process() -> Iterator[FakeServer]:
    """The one server of a test session. Use `fake`, which gives it a new world for every test."""
    with FakeServer(World.small()) as server:
        yield server


@pytest.fixture
def fake(fake_process: FakeServer) -> FakeServer:
    """The server with a small world of this test's own, `fake.world`; set another one with `fake.world = ...`."""
    fake_process.world = World.small()
    return fake_process


@pytest.fixture
def fake_secrets(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The fake's secrets, in the environment under the names that `World.environment` gives them."""
    environment = fake.world.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment

"""A store of each engine, empty."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.spend_store import SpendStore, migrate
from tests.support.postgres import Postgres, postgres_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new store."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/store/spend.sqlite"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = f"unit_{next(_numbers)}"
        with server.connect() as connection:
            connection.execute(f"create database {name}")
        address = server.url(database=name)
    assert migrate(address) is None
    return address


@pytest.fixture
def store(url: str) -> Iterator[SpendStore]:
    opened = SpendStore(url)
    yield opened
    opened.close()

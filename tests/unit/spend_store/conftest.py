"""A store of each engine, empty: copies of one that was migrated once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from outlay.spend_store import SpendStore, migrate
from tests.support.postgres import Postgres, postgres_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        with server.connect() as connection:
            connection.execute("create database unit_template")
        assert migrate(server.url(database="unit_template")) is None
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "spend.sqlite"
    assert migrate(f"sqlite:///{path}") is None
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new store."""
    if request.param == "sqlite":
        (tmp_path / "store").mkdir()
        copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "store" / "spend.sqlite")
        return f"sqlite:///{copied}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"unit_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(f"create database {name} template unit_template")
    return server.url(database=name)


@pytest.fixture
def store(url: str) -> Iterator[SpendStore]:
    opened = SpendStore(url)
    yield opened
    opened.close()

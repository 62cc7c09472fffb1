"""A server over marts that can be added up by hand; one for all tests that leave it as it was."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.api_server import ApiServer, api_server
from tests.support.postgres import Postgres, postgres_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    with api_server(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="module")
def key(server: ApiServer) -> str:
    return server.make_key()


@pytest.fixture
def api(server: ApiServer, key: str) -> Iterator[httpx.Client]:
    with server.client(key) as client:
        yield client


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is not there yet, of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/spend.sqlite"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"spend_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(f"create database {name}")
    return server.url(database=name)

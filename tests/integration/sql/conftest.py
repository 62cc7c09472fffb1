"""One database a test, of each kind: SQLite always, the servers where they are installed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.mysql import MySQL, mysql_server
from tests.support.postgres import Postgres, postgres_server
from tests.support.sql_box import Base, sqlite_base

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def mysql() -> Iterator[MySQL]:
    with mysql_server() as server:
        yield server


def postgres_base(server: Postgres) -> Base:
    """An empty database of the server."""
    import psycopg

    name = f"base_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(f"create database {name}")
    url = server.url(database=name)
    types = {"money": "numeric(18,4)", "instant": "timestamptz", "real": "double precision", "text": "text"}
    return Base(
        "postgres",
        url,
        lambda autocommit: psycopg.connect(url, autocommit=autocommit, options="-c timezone=UTC"),
        types,
    )


def mysql_base(server: MySQL) -> Base:
    """An empty database of the server."""
    import pymysql

    name = f"base_{next(_numbers)}"
    with server.connect() as connection:
        connection.cursor().execute(f"create database {name} character set utf8mb4")

    def connect(autocommit: bool) -> Any:
        return pymysql.connect(
            host="127.0.0.1", port=server.port, user="outlay_admin", database=name, autocommit=autocommit,
            init_command="set time_zone = '+00:00'",
        )  # fmt: skip

    types = {"money": "decimal(18,4)", "instant": "timestamp(6)", "real": "double", "text": "varchar(200)"}
    return Base("mysql", server.url(database=name), connect, types)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("mysql", marks=pytest.mark.mysql),
    ]
)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_base(tmp_path / "ledger.db")
    if request.param == "postgres":
        return postgres_base(request.getfixturevalue("postgres"))
    return mysql_base(request.getfixturevalue("mysql"))

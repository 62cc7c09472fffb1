"""Connections to the two engines, with one SQL for both: `?` marks a parameter, rows are tuples."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg

from outlay.spend_store.records import StoreError

Row = tuple[Any, ...]
SQLITE = "sqlite:///"
BUSY_SECONDS = 15.0
# Serialises the writers of several hosts for the length of a transaction: the audit chain has one end.
_WRITER_LOCK = 0x6F75746C6179
# Pages of 4 KiB that the write-ahead log of SQLite may reach before a writer folds it in itself.
_LARGEST_LOG = 16_000


class Session(Protocol):
    """One connection. Between `begin` and `commit` it is the only writer of the store."""

    def begin(self) -> None: ...

    def begin_reading(self) -> None:
        """Until `commit`, every query sees one state of the store."""

    def commit(self) -> None:
        """Returns when the transaction is on the disk."""

    def rollback(self) -> None: ...

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    def fold_log(self) -> None:
        """Takes over what writers logged, without making any of them wait."""

    def close(self) -> None: ...


# What a lost or locked database raises; the outcome of the transaction is then unknown or nothing.
LOST = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)
DUPLICATE = (sqlite3.IntegrityError, psycopg.IntegrityError)


class SqliteSession:
    """A SQLite file in WAL mode; every commit waits for the disk (`synchronous=FULL`)."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        log = f"wal_autocheckpoint = {_LARGEST_LOG}"
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", log):
            self._connection.execute(f"pragma {pragma}")

    def begin(self) -> None:
        self._connection.execute("begin immediate")

    def begin_reading(self) -> None:
        self._connection.execute("begin")

    def commit(self) -> None:
        self._connection.execute("commit")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("rollback")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(sql, parameters).fetchall()

    def fold_log(self) -> None:
        self._connection.execute("pragma wal_checkpoint(passive)").fetchall()

    def close(self) -> None:
        self._connection.close()


class PostgresSession:
    """A PostgreSQL database; every commit waits for the disk of the server."""

    def __init__(self, url: str) -> None:
        try:
            self._connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise StoreError(f"the spend store cannot be reached: {' '.join(str(error).split())}") from error
        self._connection.execute("set synchronous_commit = on")
        self._connection.execute("set statement_timeout = '30s'")

    def begin(self) -> None:
        self._connection.execute("begin")
        self._connection.execute(f"select pg_advisory_xact_lock({_WRITER_LOCK})")

    def begin_reading(self) -> None:
        self._connection.execute("begin isolation level repeatable read, read only")

    def commit(self) -> None:
        self._connection.execute("commit")

    def rollback(self) -> None:
        if not self._connection.closed:
            self._connection.execute("rollback")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        cursor = self._connection.execute(_formatted(sql), parameters or None)
        return cursor.fetchall() if cursor.description else []

    def fold_log(self) -> None:
        """The server does it itself."""

    def close(self) -> None:
        self._connection.close()


@lru_cache(maxsize=256)
def _formatted(sql: str) -> Any:
    return sql.replace("?", "%s")


def is_sqlite(url: str) -> bool:
    """Whether `url` names a SQLite file (`sqlite:////absolute/path`); else it is PostgreSQL's. Raises StoreError."""
    if url.startswith(SQLITE):
        return True
    if urlsplit(url).scheme in ("postgresql", "postgres"):
        return False
    raise StoreError("the spend store is named by sqlite:////absolute/path or postgresql://user:password@host/database")


def sqlite_path(url: str) -> Path:
    """The file that a SQLite address names."""
    return Path(url.removeprefix(SQLITE))


def connect(url: str) -> Session:
    """A new connection. Raises StoreError where there is no such store."""
    if not is_sqlite(url):
        return PostgresSession(url)
    path = sqlite_path(url)
    if not path.is_file():
        raise StoreError(f"{path}: no spend store; `outlay store migrate` makes one")
    try:
        return SqliteSession(path)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: not a spend store ({error}); restore a back-up by `outlay store restore`") from error

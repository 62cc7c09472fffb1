"""Reads a published database with the SQL of this room; every row can be asked for again by the text it came with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).with_name("sql")
_KEY = re.compile(r"^-- key: (.+)$", re.MULTILINE)
_TABLE = re.compile(r"\bmarts\.(\w+)")
_TOKEN = re.compile(r"\$(\w+)")

Row = Mapping[str, Any]


class PageError(Exception):
    """The published file cannot be read as the marts' contract describes it; the message names file and query."""


@dataclass(frozen=True)
class Condition:
    """A piece of SQL that stands for itself, where every other value becomes a literal."""

    sql: str


@dataclass(frozen=True)
class Answer:
    """Rows of one query. `sql` gives them again on the published file; `missing`: tables that the version lacks.

    `name` is unique on a page; `key` are the columns that tell the rows apart.
    """

    name: str
    sql: str
    key: tuple[str, ...]
    rows: list[dict[str, Any]] = field(default_factory=list)
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def tables(self) -> list[str]:
        """The marts that the query reads, in its order."""
        return list(dict.fromkeys(_TABLE.findall(self.sql)))

    def key_of(self, row: Row) -> str:
        """What tells `row` apart, as one text."""
        return "|".join(str(row[name]) for name in self.key)

    def get(self, *key: str) -> dict[str, Any] | None:
        """The row with that key; None where there is none."""
        wanted = "|".join(key)
        return next((row for row in self.rows if self.key_of(row) == wanted), None)

    def first(self) -> dict[str, Any]:
        """The first row, empty where there is none."""
        return self.rows[0] if self.rows else {}


class Reader:
    """Asks one version."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path) -> None:
        self._connection = connection
        self._database = database
        found = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' and not internal"
        ).fetchall()
        self.tables = frozenset(name for (name,) in found)

    def text(self, query: str, **values: Any) -> tuple[str, tuple[str, ...]]:
        """The SQL of `sql/<query>.sql` with its `$tokens` replaced, and its key."""
        text, key = _load(query)
        return _TOKEN.sub(lambda token: _literal(values[token[1]]), text), key

    def ask(self, query: str, **values: Any) -> Answer:
        """The rows of that SQL; none where the version lacks a table that it needs. Raises PageError."""
        sql, key = self.text(query, **values)
        missing = tuple(name for name in dict.fromkeys(_TABLE.findall(sql)) if name not in self.tables)
        if missing:
            return Answer(query, sql, key, missing=missing)
        try:
            cursor = self._connection.execute(sql)
        except duckdb.Error as error:
            raise PageError(f"{self._database}: the page's query {query} failed: {error}") from error
        columns = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        return Answer(query, sql, key, rows)


@contextmanager
def opened(database: Path) -> Iterator[Reader]:
    """A reader of a published database, read-only. Raises PageError where it is none."""
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise PageError(f"{database}: not a published database: {error}") from error
    with connection:
        # Rows of equal rank come in one order on every machine.
        connection.execute("set threads = 1")
        yield Reader(connection, database)


@cache
def _load(query: str) -> tuple[str, tuple[str, ...]]:
    text = (SQL / f"{query}.sql").read_text(encoding="utf-8")
    found = _KEY.search(text)
    if found is None:
        raise PageError(f"{query}.sql: its first line must say the key, as in `-- key: channel`")
    return _KEY.sub("", text).strip(), tuple(name.strip() for name in found[1].split(","))


def _literal(value: Any) -> str:
    if isinstance(value, Condition):
        return value.sql
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def any_of(column: str, values: list[str] | None) -> Condition:
    """`column in (...)`; None: everything."""
    if values is None:
        return Condition("true")
    return Condition(f"{column} in ({', '.join(map(_literal, values))})")

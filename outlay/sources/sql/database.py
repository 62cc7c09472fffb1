"""A database opened by an address from the environment, read inside one transaction that sees one state of it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.engine.interfaces import CoreExecuteOptionsParameter
from sqlalchemy.exc import ArgumentError, DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.secrets import Secrets, reveal
from outlay.sources.sql.dialects import Dialect, Field, MySQL, PostgreSQL, SQLite
from outlay.sources.sql.errors import explained, is_out_of_reach

_DIALECTS: dict[str, Callable[[], Dialect]] = {
    "postgresql": PostgreSQL,
    "postgres": PostgreSQL,
    "mysql": MySQL,
    "mariadb": MySQL,
    "sqlite": SQLite,
}
# Rows that the server hands over at a time.
_BATCH = 10_000
_ATTEMPTS = 3
# Without parameters drivers leave a % in the company's own query alone.
_NO_OPTIONS: CoreExecuteOptionsParameter = {"no_parameters": True}
_STREAMED: CoreExecuteOptionsParameter = {"no_parameters": True, "stream_results": True, "max_row_buffer": _BATCH}


@dataclass(frozen=True)
class Wanted:
    """What company.toml names: a table (its schema before a dot), or a query instead."""

    table: str = ""
    query: str = ""


class Snapshot:
    """One state of the database, seen by every query until `close`. `relation` stands for the rows of the source.

    Every method raises FetchError: one line, the password not in it.
    """

    def __init__(
        self, dialect: Dialect, connection: Connection, wanted: Wanted, failing: Callable[[DBAPIError], FetchError]
    ) -> None:
        self.dialect = dialect
        self._failing = failing
        self._connection = connection
        # Also where nobody closes it: a snapshot that is left open holds up the server's own cleaning.
        self.close = weakref.finalize(self, _close, connection)
        try:
            with self._told():
                table = ".".join(self.quoted(part) for part in wanted.table.split("."))
                self.relation = dialect.relation(connection, wanted.query or f"select * from {table}")
                self.fields: list[Field] = dialect.fields(connection, self.relation)
        except FetchError:
            self.close()
            raise

    def quoted(self, column: str) -> str:
        return str(self._connection.dialect.identifier_preparer.quote_identifier(column))

    def rows(self, query: str) -> list[Sequence[Any]]:
        """All rows of a small answer."""
        with self._told():
            return [tuple(row) for row in self._execute(query).fetchall()]

    def batches(self, query: str) -> Iterator[list[Sequence[Any]]]:
        """The rows of a large answer, handed over by the server piece by piece."""
        with self._told():
            result = self._execute(query, _STREAMED)
            try:
                while rows := result.fetchmany(_BATCH):
                    yield rows
            finally:
                result.close()

    def _execute(self, query: str, options: CoreExecuteOptionsParameter = _NO_OPTIONS) -> Any:
        return self._connection.exec_driver_sql(query, execution_options=options)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._failing(error) from None


def _close(connection: Connection) -> None:
    connection.invalidate()
    connection.close()


class Database:
    """The database of one source. `folder` is where the relative path of an SQLite file begins."""

    def __init__(self, source: str, secrets: Secrets, folder: Path, sleep: Callable[[float], None]) -> None:
        self.source = source
        self.secrets = secrets
        self.folder = folder
        self.sleep = sleep

    def snapshot(self, wanted: Wanted) -> Snapshot:
        """Opens the database for the wanted rows. Raises FetchError."""
        url = self._url()
        dialect = _DIALECTS[url.get_backend_name()]()
        engine = dialect.engine(url, self.folder)

        def failing(error: DBAPIError) -> FetchError:
            asked = f"{self.source}: {dialect.name} at {_place(url)}"
            return explained(error, asked, self.secrets["url"].variable, self.secrets.scrub)

        attempts = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(),
            sleep=self.sleep,
            retry=retry_if_exception(lambda error: isinstance(error, DBAPIError) and is_out_of_reach(error)),
            reraise=True,
        )
        try:
            connection = attempts(dialect.begin, engine)
        except DBAPIError as error:
            raise failing(error) from None
        return Snapshot(dialect, connection, wanted, failing)

    def _url(self) -> URL:
        secret = self.secrets["url"]
        text = reveal(secret)
        expected = (
            f"{self.source}: the environment variable {secret.variable} is no address of a database that can be read; "
            "expected postgresql://user:password@host:5432/database, mysql://… or sqlite:///path"
        )
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise FetchError(expected) from None
        if url.password:
            self.secrets.learn(str(url.password))
        if url.get_backend_name() not in _DIALECTS:
            raise FetchError(f"{expected}; found {url.get_backend_name()}")
        return url


def _place(url: URL) -> str:
    """Where the database is, for people; an SQLite file by its path."""
    host = f"{url.host}:{url.port}" if url.port else url.host
    return f"{host}/{url.database}" if host else str(url.database)

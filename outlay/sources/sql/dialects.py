"""What PostgreSQL, MySQL and SQLite say differently: how they are opened, what their types are, a few expressions."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from outlay.sources.sql.sums import ExactSum

# What a database column holds. `naive`: a time without an offset; `aware`: an instant; `money`: PostgreSQL's own type.
Kind = Literal["text", "date", "naive", "aware", "integer", "decimal", "float", "boolean", "money", "other"]

CONNECT_SECONDS = 15
# How long a read waits for somebody who holds the table exclusively.
_LOCK_SECONDS = 60


@dataclass(frozen=True)
class Field:
    """One column of the table or query, with the database's own word for its type."""

    name: str
    kind: Kind
    type_name: str


class Dialect(ABC):
    """The words of one database. Expressions take and give SQL."""

    name = ""
    # Whether sums and comparisons of decimals and times are the database's own; else they are kept as text.
    is_typed = True

    @abstractmethod
    def engine(self, url: URL, folder: Path) -> Engine:
        """An engine whose connections read only; nothing is opened yet. `folder` is where relative paths begin."""

    @abstractmethod
    def begin(self, engine: Engine) -> Connection:
        """A connection inside a read-only transaction that sees one state of the database.

        The state is that of the first query.
        """

    def relation(self, connection: Connection, query: str) -> str:
        """What stands behind `from` for the rows of `query`."""
        return f"({query}\n) as outlay_rows"

    @abstractmethod
    def fields(self, connection: Connection, relation: str) -> list[Field]:
        """The columns of `relation`, in their order."""

    def day(self, day: date) -> str:
        return f"date '{day.isoformat()}'"

    @abstractmethod
    def moment(self, moment: datetime, kind: Kind) -> str:
        """SQL for a time; `moment` has no offset: it is UTC for an `aware` column, else as the column's clocks show."""

    @abstractmethod
    def seconds(self, column: str) -> str:
        """Whole seconds since 1970 of a time, read as if it were UTC where it has no offset."""

    def micros(self, column: str) -> str:
        return self.seconds(column)

    @abstractmethod
    def quarter(self, column: str) -> str:
        """The number of the quarter of an hour since 1970 in which the time lies."""

    def as_read(self, column: str, kind: Kind) -> str:
        return column

    def compared(self, column: str, kind: Kind) -> str:
        """The column as it is compared with `day` and `moment`."""
        return column

    def date_of(self, column: str) -> str:
        return column

    def sum(self, column: str) -> str:
        return f"sum({column})"


class _Describing(Dialect):
    """A database whose cursors tell the types of what they would return."""

    def fields(self, connection: Connection, relation: str) -> list[Field]:
        found = connection.exec_driver_sql(
            f"select * from {relation} limit 0", execution_options={"no_parameters": True}
        )
        cursor = found.cursor
        described = [self.field(one) for one in cursor.description or ()] if cursor else []
        found.close()
        return described

    @abstractmethod
    def field(self, described: Sequence[Any]) -> Field: ...


class PostgreSQL(_Describing):
    name = "PostgreSQL"
    _KINDS: ClassVar[dict[int, Kind]] = {
        **dict.fromkeys((18, 19, 25, 1042, 1043, 2950), "text"),
        **dict.fromkeys((20, 21, 23, 26), "integer"),
        **dict.fromkeys((700, 701), "float"),
        16: "boolean",
        790: "money",
        1082: "date",
        1114: "naive",
        1184: "aware",
        1700: "decimal",
    }

    def engine(self, url: URL, folder: Path) -> Engine:
        stated = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"}
        arguments = {name: value for name, value in stated.items() if name not in url.query}
        return create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args=arguments)

    def begin(self, engine: Engine) -> Connection:
        connection = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql("set local time zone 'UTC'")
        connection.exec_driver_sql(f"set local lock_timeout = '{_LOCK_SECONDS}s'")
        return connection

    def field(self, described: Sequence[Any]) -> Field:
        shown = getattr(described, "type_display", str(described[1]))
        return Field(described[0], self._KINDS.get(described[1], "other"), shown)

    def moment(self, moment: datetime, kind: Kind) -> str:
        return (
            f"timestamptz '{moment.isoformat(' ')}+00'" if kind == "aware" else f"timestamp '{moment.isoformat(' ')}'"
        )

    def seconds(self, column: str) -> str:
        return f"floor(extract(epoch from {column}))::bigint"

    def micros(self, column: str) -> str:
        return f"(extract(epoch from {column}) * 1000000)::bigint"

    def quarter(self, column: str) -> str:
        return f"floor(extract(epoch from {column}) / 900)::bigint"


class MySQL(_Describing):
    name = "MySQL"
    # The numbers of the protocol, as pymysql.constants.FIELD_TYPE names them.
    _KINDS: ClassVar[dict[int, Kind]] = {
        **dict.fromkeys((15, 247, 248, 249, 250, 251, 252, 253, 254), "text"),
        **dict.fromkeys((1, 2, 3, 8, 9, 13, 16), "integer"),
        **dict.fromkeys((4, 5), "float"),
        **dict.fromkeys((0, 246), "decimal"),
        **dict.fromkeys((10, 14), "date"),
        7: "aware",
        12: "naive",
    }

    def engine(self, url: URL, folder: Path) -> Engine:
        import pymysql.converters
        from pymysql.constants import FIELD_TYPE

        names = {number: name for name, number in vars(FIELD_TYPE).items() if isinstance(number, int)}
        self._names = {number: name.lower() for number, name in names.items()}
        arguments = {
            "connect_timeout": CONNECT_SECONDS,
            "charset": "utf8mb4",
            # An instant (TIMESTAMP) comes and is compared in the session's zone.
            "init_command": f"set session time_zone = '+00:00', lock_wait_timeout = {_LOCK_SECONDS}",
            "conv": pymysql.converters.conversions | {FIELD_TYPE.BIT: lambda bits: int.from_bytes(bits, "big")},
        }
        arguments = {name: value for name, value in arguments.items() if name not in url.query}
        return create_engine(url.set(drivername="mysql+pymysql"), poolclass=NullPool, connect_args=arguments)

    def begin(self, engine: Engine) -> Connection:
        connection = engine.connect().execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql("start transaction with consistent snapshot, read only")
        return connection

    def field(self, described: Sequence[Any]) -> Field:
        name, number = described[0], described[1]
        return Field(name, self._KINDS.get(number, "other"), self._names.get(number, str(number)))

    def moment(self, moment: datetime, kind: Kind) -> str:
        return f"timestamp '{moment.isoformat(' ')}'"

    def seconds(self, column: str) -> str:
        return f"timestampdiff(second, timestamp '1970-01-01 00:00:00', {column})"

    def micros(self, column: str) -> str:
        return f"timestampdiff(microsecond, timestamp '1970-01-01 00:00:00', {column})"

    def quarter(self, column: str) -> str:
        return f"floor({self.seconds(column)} / 900)"


class SQLite(Dialect):
    """SQLite has neither decimals nor times: a column's declared type tells what its values mean.

    A number declared DECIMAL or NUMERIC is read with the 15 digits that SQLite keeps exactly. Times are text without
    an offset.
    """

    name = "SQLite"
    is_typed = False
    _WORDS: tuple[tuple[str, Kind], ...] = (
        ("INT", "integer"),
        ("DEC", "decimal"),
        ("NUM", "decimal"),
        ("REAL", "float"),
        ("FLOA", "float"),
        ("DOUB", "float"),
        ("BOOL", "boolean"),
        ("TIMESTAMP", "naive"),
        ("DATETIME", "naive"),
        ("DATE", "date"),
    )

    def engine(self, url: URL, folder: Path) -> Engine:
        path = (folder / (url.database or "")).as_posix()

        def open_file() -> sqlite3.Connection:
            # Without mode=ro a misspelt name would become an empty database.
            connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=_LOCK_SECONDS)
            connection.isolation_level = None
            connection.create_aggregate("exact_sum", 1, ExactSum)  # type: ignore[arg-type]  # one argument, not any
            return connection

        return create_engine("sqlite://", poolclass=NullPool, creator=open_file)

    def begin(self, engine: Engine) -> Connection:
        return engine.connect()

    def relation(self, connection: Connection, query: str) -> str:
        # Of a view SQLite tells the declared types, of a query it does not.
        connection.exec_driver_sql(f"create temp view outlay_rows as {query}\n")
        connection.exec_driver_sql("begin")
        return "outlay_rows"

    def fields(self, connection: Connection, relation: str) -> list[Field]:
        connection.exec_driver_sql(f"select 1 from {relation} limit 0").close()
        found = connection.exec_driver_sql(f"pragma table_info({relation})").fetchall()
        return [Field(row[1], self._kind(row[2]), row[2] or "an expression") for row in found]

    def _kind(self, declared: str) -> Kind:
        return next((kind for word, kind in self._WORDS if word in declared.upper()), "text")

    def day(self, day: date) -> str:
        return f"'{day.isoformat()}'"

    def moment(self, moment: datetime, kind: Kind) -> str:
        return f"'{moment:%Y-%m-%d %H:%M:%S}'"

    def seconds(self, column: str) -> str:
        # SQLite rounds a fraction of .9995 up, to a moment that may lie on the next day.
        return f"cast(strftime('%s', substr({column}, 1, 19)) as integer)"

    def quarter(self, column: str) -> str:
        return f"{self.seconds(column)} / 900"

    def as_read(self, column: str, kind: Kind) -> str:
        return f"cast({column} as text)" if kind == "decimal" else column

    def compared(self, column: str, kind: Kind) -> str:
        return f"datetime(substr({column}, 1, 19))" if kind in ("naive", "aware") else column

    def date_of(self, column: str) -> str:
        return f"date({column})"

    def sum(self, column: str) -> str:
        return f"exact_sum(cast({column} as text))"

"""A one-source company whose rows stand in a database: change them there, `run` a day, look at what is landed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from outlay.company import read_company
from outlay.entities import ENTITIES
from outlay.landing import LandingReport, land, landed_problems
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.refresh import RefreshReport
from outlay.sources.fetched.secrets import Secrets
from outlay.sources.fetched.source import FetchedSource

VARIABLE = "LEDGER_DATABASE_URL"


@dataclass
class Base:
    """A database of one test. `types` are its words for the types that tests use; `open` gives a new connection."""

    kind: str  # sqlite | postgres | mysql
    url: str
    open: Callable[[bool], Any]  # whether every statement commits at once
    types: dict[str, str] = field(default_factory=dict)

    def run(self, *statements: str) -> None:
        """Runs and commits; `{money}` and the like are replaced by the database's type."""
        with self.session() as execute:
            for statement in statements:
                execute(statement)

    def fill(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        connection = self.open(False)
        mark = "?" if self.kind == "sqlite" else "%s"
        marks = ", ".join([mark] * len(rows[0]))
        connection.cursor().executemany(f"insert into {table} values ({marks})", [tuple(row) for row in rows])
        connection.commit()
        connection.close()

    @contextmanager
    def session(self, *, commit: bool = True) -> Iterator[Callable[[str], Any]]:
        """A transaction of its own: what is executed inside is seen by others once the block ends."""
        connection = self.open(False)
        cursor = connection.cursor()
        try:
            yield lambda statement: cursor.execute(statement.format(**self.types))
            if commit:
                connection.commit()
        finally:
            connection.close()


def sqlite_base(path: Path) -> Base:
    """A database file in which readers do not hold up the writer."""

    def connect(autocommit: bool) -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None if autocommit else "")

    connect(True).execute("pragma journal_mode = wal")
    types = {"money": "decimal(18,4)", "instant": "timestamp", "real": "double", "text": "text"}
    return Base("sqlite", f"sqlite:///{path}", connect, types)


@dataclass
class SqlBox:
    """The company, its landing zone and its database."""

    folder: Path
    landing: Path
    base: Base

    def source(self) -> FetchedSource:
        section = read_company(self.folder).sources["src"]
        secrets = Secrets(section.name, section.credentials)
        factory = ClientFactory(section, secrets, sleep=lambda seconds: None)
        return FetchedSource(section, read_company(self.folder), self.landing / "fetched" / "src", factory)

    def refresh(self, as_of: date) -> RefreshReport:
        return self.source().refresh(as_of)

    def run(self, as_of: date) -> tuple[RefreshReport, LandingReport]:
        """A day's run of the source: fetched, then landed."""
        fetched = self.refresh(as_of)
        company = read_company(self.folder)
        return fetched, land(company.sources["src"], company, self.landing, as_of=as_of)

    def rows(self, columns: str, order: str = "all") -> list[tuple[Any, ...]]:
        """What stands: of every key the row that counts."""
        entity = ENTITIES[read_company(self.folder).sources["src"].entity]
        types = ", hive_types = {'day': DATE}" if entity.is_dated else ""
        return duckdb.sql(
            f"select {columns} from read_parquet('{self.landing}/typed/{entity.name}/source=src/**/part.parquet', "
            f"hive_partitioning = true{types}) order by {order}"
        ).fetchall()

    def failures(self) -> list[str]:
        """What stands unmended, as people read it."""
        return [problem.message for problem in landed_problems(self.landing, ["src"]) if problem.severity == "failed"]

    def state(self, toml: str) -> None:
        """Writes company.toml anew."""
        write_company(self.folder, toml)


def write_company(folder: Path, toml: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "company.toml").write_text(
        f'[company]\nname = "x"\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n'
        f'[sources.src]\nkind = "sql"\ncredentials = {{ url = "{VARIABLE}" }}\n{toml}\n',
        encoding="utf-8",
    )


def sql_box(tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch, toml: str) -> SqlBox:
    """`toml` are the lines of the source's table behind kind and credentials."""
    monkeypatch.setenv(VARIABLE, base.url)
    write_company(tmp_path / "company", toml)
    return SqlBox(tmp_path / "company", tmp_path / "data" / "landing", base)

"""A source as a company runs it: company.toml, secrets in the environment, refresh, land; and what landed of it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from outlay.company import Company, read_company
from outlay.entities import ENTITIES, Entity
from outlay.landing import LandingReport, land
from outlay.sources import open_fetched
from outlay.sources.fetched.refresh import RefreshReport
from tests.fakes.data import Row, World
from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

CANARY = b"canary"
_SECRET_WORD = "canary"
# Key of the entity -> the value that is compared.
Rows = dict[tuple[Any, ...], Any]


@dataclass(frozen=True)
class Case:
    """One connector and entity, as the fake's small world has it.

    `expected` are the canonical rows that must land (by default all of the entity's table that `mine` picks); `value`
    is the column whose value is compared for every key. `small_pages` are switches of the world that make it page.
    `restate` and `empty` change the world and return nothing; None where the platform cannot show such a change.
    `faults` are those of the fake that the connector meets, each at the step that delivers its rows.
    """

    kind: str
    entity: str
    accounts: tuple[str, ...]
    value: str
    start: date = date(2026, 1, 30)
    as_of: date = date(2026, 2, 2)
    mine: Callable[[Row], bool] = lambda row: True
    expected: Callable[[World], Iterable[Row]] | None = None
    key: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    small_pages: Mapping[str, Any] = field(default_factory=dict)
    restate: Callable[[World], None] | None = None
    empty: Callable[[World], None] | None = None
    remove: Callable[[World], None] | None = None
    credentials: tuple[str, ...] = ()
    transient: tuple[str, ...] = ("throttle", "server_error", "cut_stream", "expired_token", "html_error_page")
    drift: tuple[str, ...] = ("new_field", "missing_field", "retyped_field")
    step: str = "rows"
    world: Callable[[], World] = World.small

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.entity}"

    @property
    def key_columns(self) -> tuple[str, ...]:
        return self.key or ENTITIES[self.entity].key

    def rows(self, world: World) -> Rows:
        """What must have landed, by key."""
        found = self.expected(world) if self.expected else self._table(world)
        return {tuple(row.get(column) for column in self.key_columns): row[self.value] for row in found}

    def _table(self, world: World) -> Iterable[Row]:
        entity = ENTITIES[self.entity]
        for row in world.tables.get(self.entity, []):
            day = row.get(entity.day_column) if entity.day_column else None
            if self.mine(row) and (day is None or self.start <= _as_day(day) <= self.as_of):
                yield row


def _as_day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value


@dataclass
class Bench:
    """The case's company in `folder`, asking `server`. Waits are noted in `waits`, not slept."""

    case: Case
    server: FakeServer
    folder: Path
    accounts: tuple[str, ...] = ()
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accounts = self.accounts or self.case.accounts
        self.server.world = self.case.world()
        os.environ.update(self.world.environment(self.case.kind))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "company.toml").write_text(self._toml(), encoding="utf-8")

    @property
    def world(self) -> World:
        return self.server.world

    @cached_property
    def company(self) -> Company:
        return read_company(self.folder)

    @property
    def landing(self) -> Path:
        return self.folder / "data" / "landing"

    @property
    def entity(self) -> Entity:
        return ENTITIES[self.case.entity]

    def variables(self) -> dict[str, str]:
        """Credential -> the environment variable that holds it."""
        return {name: f"{self.case.kind}_{name}".upper() for name in self.case.credentials}

    def refresh(self, as_of: date | None = None, **asked: Any) -> RefreshReport:
        """Fetches as a run does, without sleeping."""
        source = open_fetched(self.company.sources["tested"], self.company, self.landing)
        source.factory.sleep = self.waits.append
        return source.refresh(as_of or self.case.as_of, **asked)

    def land(self, as_of: date | None = None) -> LandingReport:
        """Lands what was fetched; needs no secret."""
        section = self.company.sources["tested"]
        return land(section, self.company, self.landing, as_of=as_of or self.case.as_of)

    def run(self, as_of: date | None = None) -> LandingReport:
        self.refresh(as_of)
        return self.land(as_of)

    def fault(self, name: str, **how: Any) -> None:
        """Scripts a fault at the step that delivers the rows."""
        self.world.faults.add(Fault(self.case.kind, name, step=how.pop("step", self.case.step), **how))

    def landed(self) -> Rows:
        """What stands, by key; a key that stands twice is an error of the test's own kind."""
        files = [str(path) for path in (self.landing / "typed" / self.case.entity).rglob("source=tested/**/*.parquet")]
        if not files:
            return {}
        columns = ", ".join(f'"{column}"' for column in (*self.case.key_columns, self.case.value))
        with duckdb.connect() as connection:
            found = connection.execute(
                f"select {columns} from read_parquet($files, hive_partitioning = false)", {"files": files}
            ).fetchall()
        rows = {tuple(row[:-1]): row[-1] for row in found}
        assert len(rows) == len(found), f"{len(found) - len(rows)} rows stand twice"
        return rows

    def expected(self) -> Rows:
        return self.case.rows(self.world)

    def bytes_of_all(self) -> dict[str, bytes]:
        """Every file of the typed rows and of the fetched answers."""
        kept = ("typed", "fetched")
        return {
            str(path.relative_to(self.landing)): path.read_bytes()
            for part in kept
            for path in sorted((self.landing / part).rglob("*"))
            if path.is_file()
        }

    def files_with_secrets(self) -> list[str]:
        """Files below the company's folder that hold a secret, unpacked where they are zips."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        content += b"".join(archive.read(name) for name in archive.namelist())
                if CANARY in content:
                    found.append(str(path))
        return found

    def _toml(self) -> str:
        case = self.case
        lines = [
            '[company]\nname = "Tested"\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n\n[sources.tested]',
            f'kind = "{case.kind}"',
            f'entity = "{case.entity}"',
            f"start = {case.start}",
            f'base_url = "{self.server.url(case.kind)}"',
        ]
        if self.accounts:
            lines.append(f"accounts = [{', '.join(_toml_value(one) for one in self.accounts)}]")
        secrets = ", ".join(f'{name} = "{variable}"' for name, variable in self.variables().items())
        lines.append(f"credentials = {{ {secrets} }}")
        options = ", ".join(f"{name} = {_toml_value(value)}" for name, value in case.options.items())
        lines.append(f"options = {{ {options} }}")
        return "\n".join(lines) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml_value(one) for one in value)}]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def is_one_line_without_secret(message: str) -> bool:
    """How every error must be."""
    return "\n" not in message and _SECRET_WORD not in message

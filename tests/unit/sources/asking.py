"""Opens a connector on the fake, through company.toml like a run does, and reads what it fetches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.company import read_company
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Account, Connector, RawPage, Reading
from outlay.sources.fetched.registry import connect
from outlay.sources.fetched.secrets import Secrets
from tests.fakes.company import fetched_source
from tests.fakes.data import World
from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

# The days that the fake's small companies know of.
FIRST, LAST = date(2026, 1, 30), date(2026, 2, 2)


@dataclass
class Opened:
    """A connector, how long it waited, and what its pages held."""

    fake: FakeServer
    kind: str
    account_id: str
    connector: Connector
    waits: list[float]
    pages: list[RawPage] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)

    @property
    def world(self) -> World:
        return self.fake.world

    def account(self) -> Account:
        return self.connector.describe(self.account_id)

    def rows(self, first: date = FIRST, last: date = LAST) -> list[dict[str, Any]]:
        account = self.account()
        self.pages = list(self.connector.fetch(account, first, last))
        return [dict(row) for page in self.pages for row in self.connector.parse(page, account, self.reading)]

    def control(self, first: date = FIRST, last: date = LAST) -> Any:
        return self.connector.control_total(self.account(), first, last)

    def fault(self, name: str, **how: Any) -> None:
        self.world.faults.add(Fault(self.kind, name, **how))

    def asked(self, step: str | None = None) -> int:
        """How many requests of that kind the platform got."""
        return len(self.world.asked(self.kind, step))


@dataclass
class Opener:
    """Opens connectors of the fake's platforms, each from a company folder of its own; `close` ends them all.

    Their waits are noted and not slept.
    """

    fake: FakeServer
    folder: Path
    factories: list[ClientFactory] = field(default_factory=list)

    def open(self, kind: str, entity: str, account: str, keys: dict[str, Any]) -> Opened:
        """`keys`: further keys of the source's table in company.toml."""
        folder = self.folder / f"company-{len(self.factories)}"
        folder.mkdir()
        table = fetched_source(self.fake, kind, entity, kind, keys)
        (folder / "company.toml").write_text(f'[company]\nname = "A"\ncurrency = "EUR"\n\n{table}', encoding="utf-8")
        company = read_company(folder)
        section = company.sources[kind]
        waits: list[float] = []
        secrets = Secrets(section.name, section.credentials, self.fake.world.environment(kind))
        factory = ClientFactory(section, secrets, sleep=waits.append)
        factory.chain.begin(folder)
        self.factories.append(factory)
        return Opened(self.fake, kind, account, connect(section, company, factory), waits)

    def close(self) -> None:
        for factory in self.factories:
            factory.close()


def summed(rows: list[dict[str, Any]], by: str, column: str) -> dict[Any, Decimal]:
    """The sum of a column by another one's value."""
    found: dict[Any, Decimal] = {}
    for row in rows:
        found[row[by]] = found.get(row[by], Decimal(0)) + row[column]
    return found

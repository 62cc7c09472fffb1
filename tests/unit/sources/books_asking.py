"""Opens the connector of a ledger or a shop on the fake's small books, through company.toml like a run does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.company import read_company
from outlay.sources.fetched import bucket
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Account, Connector, RawPage, Reading
from outlay.sources.fetched.registry import connect
from outlay.sources.fetched.secrets import Secrets
from tests.fakes.company import fetched_source
from tests.fakes.data import World
from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer
from tests.fakes.small_books import ACCOUNTS, small_books

FIRST, LAST = date(2026, 1, 30), date(2026, 2, 2)


@dataclass
class Asked:
    """A connector, how long it waited, and what its pages held."""

    fake: FakeServer
    kind: str
    connector: Connector
    waits: list[float]
    pages: list[RawPage] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)

    @property
    def world(self) -> World:
        return self.fake.world

    def account(self) -> Account:
        return self.connector.describe(ACCOUNTS[self.kind])

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


Open = Callable[..., Asked]


@pytest.fixture
def open_books(fake: FakeServer, tmp_path: Path) -> Iterator[Open]:
    """Opens connectors: `open_books(kind, entity, option=value)`. Their waits are noted and not slept."""
    fake.world = small_books()
    bucket._shared.clear()  # waits are not slept, so that a bucket never fills again
    factories: list[ClientFactory] = []

    def open_one(
        kind: str,
        entity: str = "ledger_entries",
        start: date = FIRST,
        keys: dict[str, Any] | None = None,
        **options: Any,
    ) -> Asked:
        folder = tmp_path / f"company-{len(factories)}"
        folder.mkdir()
        more: dict[str, Any] = {"start": start, **(keys or {})}
        if options:
            more["options"] = options
        table = fetched_source(fake, kind, entity, kind, more)
        (folder / "company.toml").write_text(f'[company]\nname = "A"\ncurrency = "EUR"\n\n{table}', encoding="utf-8")
        company = read_company(folder)
        section = company.sources[kind]
        waits: list[float] = []
        secrets = Secrets(section.name, section.credentials, fake.world.environment(kind))
        factory = ClientFactory(section, secrets, sleep=waits.append)
        factory.chain.begin(folder)
        factories.append(factory)
        return Asked(fake, kind, connect(section, company, factory), waits)

    yield open_one
    for factory in factories:
        factory.close()


def page_of(document: Any, folder: Path, role: str = "rows") -> RawPage:
    """A page that holds `document` as JSON, fractions as they are written in text."""
    body = folder / "page.json"
    body.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return RawPage("by hand", body, role)


def sums(rows: list[dict[str, Any]], by: str, column: str = "amount") -> dict[Any, Decimal]:
    """The sum of a column by another one's value."""
    found: dict[Any, Decimal] = {}
    for row in rows:
        found[row[by]] = found.get(row[by], Decimal(0)) + row[column]
    return found

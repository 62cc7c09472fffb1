"""Opens an ad platform's connector on the fake, through company.toml like a run does, and reads what it fetches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.company import read_company
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Account, Connector, RawPage, Reading
from outlay.sources.fetched.registry import connect
from outlay.sources.fetched.secrets import Secrets
from tests.fakes.company import fetched_source
from tests.fakes.server import FakeServer

# What the fake's small company knows of.
FIRST, LAST = date(2026, 1, 30), date(2026, 2, 2)
DAYS = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)]
ACCOUNTS = {
    "meta_ads": "700100200300",
    "linkedin_ads": "508000001",
    "tiktok_ads": "7200000001",
    "microsoft_ads": "180000001",
}


@dataclass
class Opened:
    """A connector, how long it waited, and what its pages held."""

    fake: FakeServer
    kind: str
    connector: Connector
    waits: list[float]
    pages: list[RawPage] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)

    def account(self) -> Account:
        return self.connector.describe(ACCOUNTS[self.kind])

    def rows(self, first: date = FIRST, last: date = LAST) -> list[dict[str, Any]]:
        account = self.account()
        self.pages = list(self.connector.fetch(account, first, last))
        return [dict(row) for page in self.pages for row in self.connector.parse(page, account, self.reading)]

    def control(self, first: date = FIRST, last: date = LAST) -> Mapping[date, Decimal] | None:
        return self.connector.control_total(self.account(), first, last)

    def asked(self, step: str) -> int:
        """How many requests of that kind the platform got."""
        return len(self.fake.world.asked(self.kind, step))


Open = Callable[..., Opened]


@pytest.fixture
def open_ads(fake: FakeServer, tmp_path: Path) -> Iterator[Open]:
    """Opens connectors: `open_ads(kind, entity, option=value)`. Their waits are noted and not slept.

    `credentials_only` names those that company.toml states; by default it states all there are.
    """
    factories: list[ClientFactory] = []

    def open_one(
        kind: str, entity: str = "platform_spend", credentials_only: list[str] | None = None, **options: Any
    ) -> Opened:
        folder = tmp_path / f"company-{len(factories)}"
        folder.mkdir()
        more: dict[str, Any] = {"options": options} if options else {}
        if credentials_only:
            more["credentials"] = {name: f"{kind}_{name}".upper() for name in credentials_only}
        table = fetched_source(fake, kind, entity, kind, more)
        (folder / "company.toml").write_text(f'[company]\nname = "A"\ncurrency = "EUR"\n\n{table}', encoding="utf-8")
        company = read_company(folder)
        section = company.sources[kind]
        waits: list[float] = []
        secrets = Secrets(section.name, section.credentials, fake.world.environment(kind))
        factory = ClientFactory(section, secrets, sleep=waits.append)
        factory.chain.begin(folder)
        factories.append(factory)
        return Opened(fake, kind, connect(section, company, factory), waits)

    yield open_one
    for factory in factories:
        factory.close()


def by_day(rows: list[dict[str, Any]]) -> dict[date, Decimal]:
    """Spend by day."""
    sums: dict[date, Decimal] = {}
    for row in rows:
        sums[row["date_day"]] = sums.get(row["date_day"], Decimal(0)) + row["spend"]
    return sums


def amounts(*texts: str) -> dict[date, Decimal]:
    """The four days with these amounts; `-` for a day without any."""
    return {day: Decimal(text) for day, text in zip(DAYS, texts, strict=True) if text != "-"}

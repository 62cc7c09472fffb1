"""A company all of whose sources are asked over HTTP, run against the fake; and what must be true of it afterwards."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from outlay.company import Company, read_company
from outlay.entities import ENTITIES
from outlay.landing import land
from outlay.sources import open_fetched
from outlay.sources.fetched.errors import FetchError
from tests.fakes.company import fetched_source
from tests.fakes.data import AD_PLATFORMS, World
from tests.fakes.faults import NAMES, FaultPlan
from tests.fakes.server import FakeServer
from tests.fakes.small_books import small_books

START, AS_OF = date(2026, 1, 30), date(2026, 2, 4)
# Where a platform states no figure and no number of rows against which a lost one would show.
UNCOUNTED = (("linkedin_ads", "campaigns", "lost_row"), ("google_ads", "invoices", "lost_row"))
# One request in eight goes wrong.
RATE = 0.12
_ADVICE = re.compile(
    r"run again|retry after|retry in|renew it|check (accounts|\[sources)|adapt the connector|run fetches it again"
)
_READER = duckdb.connect(config={"threads": 1})
# Account and month -> the canonical rows, each after the day of its partition, without their lineage.
Slices = dict[str, list[tuple[Any, ...]]]


def sources(which: str) -> dict[str, tuple[str, str]]:
    """Source -> kind and entity of a company: `netsuite` and `quickbooks` are those with such a ledger, `lists` is one

    of lists and documents without days.
    """
    if which == "lists":
        return {f"{kind}_campaigns": (kind, "campaigns") for kind in AD_PLATFORMS} | {
            "google_bills": ("google_ads", "platform_invoices"),
            "netsuite_vendors": ("netsuite", "vendors"),
            "quickbooks_vendors": ("quickbooks", "vendors"),
            "refunds": ("shopify", "refunds"),
        }
    return {kind: (kind, "platform_spend") for kind in AD_PLATFORMS} | {
        "ecb": ("ecb", "fx_rates"),
        "ledger": (which, "ledger_entries"),
        "orders": ("shopify", "conversions"),
    }


def paged(world: World) -> World:
    """The world with pages so small that every platform needs several."""
    world.switches |= {
        "google_batch_rows": 3, "meta_page_size": 3, "linkedin_page_size": 1, "tiktok_served_page_size": 2,
        "shopify_most_points": 18,
    }  # fmt: skip
    return world


def restated(world: World) -> World:
    """The same company some days later: every source says something else of the same days."""
    for row in world.tables["platform_spend"]:
        if row["date_day"] in (date(2026, 1, 31), date(2026, 2, 1)):
            row["spend"] += Decimal("3.21")
    for row in world.tables["campaigns"]:
        row["name"] = f"{row['name']}_2"
    for row in world.tables["platform_invoices"]:
        row["amount"] += Decimal("1.00") if row["line_kind"] in ("media", "regulatory_fee") else 0
    for row in world.tables["fx_rates"]:
        row["rate"] += Decimal("0.0007") if row["date_day"] == date(2026, 1, 30) else 0
    for row in world.tables["ledger_entries"]:
        sign = {"J1-1": -1, "J1-3": 1, "J4-1": 1, "J4-2": -1}.get(row["entry_id"], 0)
        row["amount"], row["amount_home"] = row["amount"] + 2 * sign, row["amount_home"] + 2 * sign
    for row in world.tables["vendors"]:
        row["name"] = f"{row['name']} Ltd"
    for row in world.tables["conversions"]:
        row["revenue"] += Decimal("0.50")
    for row in world.tables["refunds"]:
        row["amount"] += Decimal("0.25")
    return world


@dataclass
class Told:
    """What a run said of its sources: one line each for a source that stopped, or whose answers were refused."""

    stopped: dict[str, str] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return [*self.stopped.values(), *(line for lines in self.refused.values() for line in lines)]


@dataclass
class FaultyCompany:
    """The company in `folder`, asking `server`."""

    folder: Path
    server: FakeServer

    @classmethod
    def founded(cls, folder: Path, server: FakeServer, which: str) -> FaultyCompany:
        """A new company of `sources(which)`, its company.toml written, with nothing fetched yet."""
        text = '[company]\nname = "Faulty"\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n\n'
        more: dict[str, Any] = {"start": START}
        for name, (kind, entity) in sources(which).items():
            options = {"page_size": 2} if kind == "shopify" else {}
            text += fetched_source(server, kind, entity, name, more | ({"options": options} if options else {})) + "\n"
        folder.mkdir(parents=True)
        (folder / "company.toml").write_text(text, encoding="utf-8")
        return cls(folder, server)

    def copied(self, folder: Path) -> FaultyCompany:
        """The same company with all that it has landed, elsewhere."""
        shutil.copytree(self.folder, folder)
        return FaultyCompany(folder, self.server)

    @cached_property
    def company(self) -> Company:
        return read_company(self.folder)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def run(self, names: Collection[str] | None = None) -> Told:
        """Fetches and lands every source, or those named, as a day's run does; waits are not slept."""
        told = Told()
        for name, section in self.company.sources.items():
            if names is not None and name not in names:
                continue
            source = open_fetched(section, self.company, self.landing)
            source.factory.sleep = lambda seconds: None
            try:
                source.refresh(AS_OF)
            except FetchError as error:
                told.stopped[name] = str(error)
            report = land(section, self.company, self.landing, as_of=AS_OF)
            refused = [problem.message for problem in report.problems if problem.severity == "failed"]
            if refused:
                told.refused[name] = refused
        return told

    def landed(self) -> dict[str, Slices]:
        """Source -> what stands, by the answers that brought it: an account's month, or all there is of an account."""
        found: dict[str, Slices] = {name: {} for name in self.company.sources}
        for entity in {section.entity for section in self.company.sources.values()}:
            files = [str(path) for path in (self.landing / "typed" / entity).rglob("source=*/**/*.parquet")]
            columns = ", ".join(f'"{column}"' for column in ENTITIES[entity].column_names)
            query = (
                "select regexp_extract(filename, 'source=([^/]*)', 1), split_part(source_file, ':', 1), "
                f"regexp_extract(filename, 'day=([0-9-]+)', 1), {columns} "
                "from read_parquet($files, filename = true, hive_partitioning = false) order by all"
            )
            for name, part, day, *row in _READER.execute(query, {"files": files}).fetchall() if files else ():
                found[name].setdefault(part, []).append((day, *row))
        return found


def check(
    company: FaultyCompany, seed: int, before: dict[str, Slices], right: dict[str, Slices], fired: Counter[str]
) -> Counter[str]:
    """One run of `company`, which holds `before`, with every fault on at random; then one without.

    Each account's month is `right` afterwards, or it is as it was and the source says why and what to do. Returns how
    many sources ended in which way.
    """
    world = paged(restated(small_books()))
    world.faults.plan = FaultPlan.random(seed, RATE, NAMES, never=UNCOUNTED)
    company.server.world = world
    told = company.run()
    fired.update(name for (_, name), count in world.faults.fired.items() for _ in range(count))
    outcomes: Counter[str] = Counter()
    for name, slices in company.landed().items():
        wrong = [part for part in slices if slices[part] not in (right[name].get(part), before[name].get(part))]
        assert not wrong, f"seed {seed}: {name} landed what is neither old nor new: {wrong}"
        assert slices.keys() >= before[name].keys() & right[name].keys(), f"seed {seed}: {name} lost a month"
        is_right, says = slices == right[name], name in told.stopped or name in told.refused
        assert is_right or says, f"seed {seed}: {name} is not up to date and says nothing of it"
        how = "stopped" if name in told.stopped else "refused" if name in told.refused else "equal"
        outcomes[how] += 1
    for line in told.lines:
        assert "\n" not in line, f"seed {seed}: {line}"
        assert "canary" not in line, f"seed {seed}: {line}"
        assert _ADVICE.search(line), f"seed {seed}: says not what to do: {line}"
    outcomes["runs"] += 1
    if not told.lines:
        outcomes["runs without a word"] += 1
        return outcomes
    world.faults.clear()
    healed = company.run(told.stopped.keys() | told.refused.keys())
    assert healed == Told(), f"seed {seed}: {healed.lines}"
    assert company.landed() == right, f"seed {seed}: not healed"
    return outcomes

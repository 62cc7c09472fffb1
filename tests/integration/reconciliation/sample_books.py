"""The sample company's documents and deliveries, landed and reconciled, beside what it knows of itself."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.company import read_company
from outlay.landing import land, landed_partitions, prepare_landing
from outlay.run_inputs import write_company_inputs, write_table
from outlay.sample import write_sample
from tests.support.dbt_runs import build, rows

# What a reconciliation reads; the web's exports are most of the sample and no part of it.
ENTITIES = {
    "platform_spend", "platform_invoices", "campaigns", "ledger_entries", "accounts", "fiscal_periods", "vendors",
    "vendor_invoices", "vendor_invoice_lines", "departments", "fx_rates",
}  # fmt: skip


@dataclass(frozen=True)
class Books:
    """A sample company and its warehouse."""

    company: Path
    warehouse: Path

    def query(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.warehouse, sql)

    def truth(self, name: str) -> list[dict[str, str]]:
        path = self.company / "truth" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))


def reconciled(folder: Path, *, seed: int, days: int, scale: float = 0.2) -> Books:
    """Write the sample company into `folder`, land its documents and build the reconciliation with its tests."""
    books = Books(folder / "company", folder / "warehouse.duckdb")
    written = write_sample(books.company, seed=seed, days=days, scale=scale)
    landing = folder / "landing"
    land_documents(books.company, landing, written.last_day)
    build(landing, books.warehouse, "--select", "+reconciliation_summaries", "--exclude-resource-type", "unit_test",
          "--indirect-selection", "cautious")  # fmt: skip
    return books


def land_documents(company_folder: Path, landing: Path, as_of: date) -> None:
    """Land what a reconciliation reads, and write the inputs of a run as of a day."""
    company = read_company(company_folder)
    prepare_landing(landing)
    for source in company.sources.values():
        if source.entity in ENTITIES:
            report = land(source, company, landing, as_of=as_of)
            assert not [problem for problem in report.problems if problem.severity == "error"], report.problems
    partitions = landed_partitions(landing)
    write_company_inputs(company, landing / "run", as_of=as_of, first_day=min(p.day for p in partitions if p.day))
    changed = [{"entity": p.entity, "date_day": p.day} for p in partitions if p.day]
    write_table(landing / "run", "changed_days", changed)
    for empty in ("landed_partitions", "quality_verdicts", "quarantined_rows"):
        write_table(landing / "run", empty, [])


def money(text: str) -> Decimal:
    return Decimal(text or "0")

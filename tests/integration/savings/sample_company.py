"""Sample companies landed and built as far as savings go, and their claims beside what was planted."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.company import read_company
from outlay.landing import land, landed_partitions, prepare_landing, write_quarantine
from outlay.run_inputs import write_company_inputs, write_table
from outlay.sample import write_sample
from tests.support.dbt_runs import build, rows

# What the detectors read; the web's streams and the budgets are left where they are.
ENTITIES = frozenset({
    "platform_spend", "platform_invoices", "campaigns", "ledger_entries", "accounts", "vendors", "vendor_invoices",
    "vendor_invoice_lines", "payments", "contracts", "contract_rates", "purchase_orders", "purchase_order_lines",
    "receipts", "fx_rates", "fiscal_periods", "savings_baselines", "savings_agreements",
})  # fmt: skip
CENT = Decimal("0.005")


@dataclass(frozen=True)
class Comparison:
    """Claims that hold money against planted anomalies, each used once."""

    planted: int
    found: int
    claims: int
    missed: list[str]
    wrong: list[str]
    differing: list[str]

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.found / self.claims


def build_sample(folder: Path, *, days: int, seed: int) -> Path:
    """Writes, lands and builds a sample company at a fifth of the ordinary size; returns the warehouse."""
    sample = write_sample(folder / "company", days=days, scale=0.2, seed=seed)
    company, landing = read_company(sample.folder), folder / "landing"
    prepare_landing(landing)
    for source in company.sources.values():
        if source.entity in ENTITIES:
            land(source, company, landing, as_of=sample.last_day)
    run = landing / "run"
    partitions = landed_partitions(landing)
    write_company_inputs(company, run, as_of=sample.last_day, first_day=sample.first_day)
    changed = [{"entity": one.entity, "date_day": one.day} for one in partitions if one.day]
    for name, content in (("changed_days", changed), ("landed_partitions", []), ("quality_verdicts", [])):
        write_table(run, name, content)
    write_quarantine(landing, sample.last_day, run / "quarantined_rows.parquet")
    selection = ("--select", "+savings_targets", "--indirect-selection", "buildable")
    build(landing, folder / "warehouse.duckdb", *selection, "--exclude-resource-type", "unit_test")
    return folder / "warehouse.duckdb"


def compare(folder: Path) -> Comparison:
    """A claim answers for an anomaly of its detector whose whole evidence it cites."""
    claims = rows(folder / "warehouse.duckdb", "select * from marts.savings_opportunities where status <> 'covered'")
    with (folder / "company" / "truth" / "anomalies.csv").open(encoding="utf-8", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["innocent"] == "false"]
    left = {row["claim_id"]: row for row in claims}
    missed, differing = [], []
    for anomaly in truth:
        answers = (
            claim
            for claim in left.values()
            if claim["detector"] == anomaly["detector"] and _cited(anomaly) <= _cited(claim)
        )
        claim = next(answers, None)
        if claim is None:
            missed.append(f"{anomaly['detector']} {anomaly['evidence']}")
            continue
        del left[claim["claim_id"]]
        if not _agrees(claim, anomaly):
            differing.append(f"{claim['claim_id']}: {claim['gross_amount_doc']} planted {anomaly['gross_amount']}")
    found = len(truth) - len(missed)
    return Comparison(len(truth), found, len(claims), missed, sorted(left), differing)


def _cited(row: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["type"], item["id"]) for item in json.loads(row["evidence"])}


def _agrees(claim: dict[str, Any], anomaly: dict[str, Any]) -> bool:
    is_as_large = abs(claim["gross_amount_doc"] - Decimal(anomaly["gross_amount"])) <= CENT
    # A bill is cash to be recovered only once it is paid; the truth tells of the day on which it came.
    classes = {anomaly["class"], "avoidance" if "duplicate" in claim["detector"] else anomaly["class"]}
    return is_as_large and claim["currency"] == anomaly["currency"] and claim["class"] in classes

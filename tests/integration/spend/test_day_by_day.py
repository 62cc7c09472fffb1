"""A history built day by day, with late and restated rows, is the history built at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.spend.small_company import COMPANY, SETTINGS
from tests.support.dbt_runs import build, rows
from tests.support.landing import Rows, changed_days, write_landing

SPEND_MODELS = ("--select", "+marts.spend", "+marts.budget", "+marts.dimensions", "--resource-type", "model")
TABLES = (
    "staging.stg_ads__platform_spend",
    "staging.stg_ledger__entries",
    "staging.stg_recorded__manual_spend",
    "marts.spend_daily",
    "marts.budget_variances",
    "marts.budget_consumption_daily",
    "marts.campaigns",
    "marts.fiscal_periods",
)


def _without(entity: str, *keys: str) -> list[dict[str, Any]]:
    """The company's rows of an entity, less those whose first column is one of `keys` or a day `keys` names."""
    return [
        dict(row) for row in COMPANY[entity] if not set(keys) & {str(row.get("entry_id")), str(row.get("date_day"))}
    ]


def _first_days() -> Rows:
    """As it stood on 4 February: fewer days, a campaign's day not yet restated, a bill dated two days later."""
    delivery = _without("platform_spend", "2024-02-05", "2024-02-11")
    delivery[3] = {**delivery[3], "spend": "11.00"}
    entries = _without("ledger_entries", "E3", "E8", "E9", "E10")
    entries.append({**COMPANY["ledger_entries"][2], "posting_date": "2024-02-01", "amount": "35.00"})
    invoices = COMPANY["platform_invoices"][2:]
    return {**COMPANY, "platform_spend": delivery, "ledger_entries": entries, "platform_invoices": invoices}


def _later_days() -> Rows:
    """As it stands on 10 February: the bill's correction comes in a later delivery, on another day; the first stays."""
    corrected = {**COMPANY["ledger_entries"][2], "delivery_no": 2}
    entries = [*_first_days()["ledger_entries"], corrected, *COMPANY["ledger_entries"][7:]]
    return {**COMPANY, "ledger_entries": entries}


def _build(folder: Path, landed: Rows, as_of: str, *arguments: str, **run_inputs: Any) -> None:
    settings = {**SETTINGS, "as_of": as_of, **run_inputs}
    write_landing(folder / "landing", landed, **settings)
    build(folder / "landing", folder / "warehouse.duckdb", *SPEND_MODELS, *arguments)


def test_building_day_by_day_equals_building_at_once(tmp_path: Path, small_company: Path) -> None:
    first, later = _first_days(), _later_days()
    _build(tmp_path, first, "2024-02-04")
    before = rows(tmp_path / "warehouse.duckdb", "select sum(amount) as total from marts.spend_daily")
    _build(tmp_path, later, "2024-02-10", changed_days=changed_days(first, later))

    by_day, at_once = tmp_path / "warehouse.duckdb", small_company / "warehouse.duckdb"
    for table in TABLES:
        columns = "* exclude (delivery_no, source_row)" if table.endswith("entries") else "*"
        query = f"select {columns} from {table} order by all"
        assert rows(by_day, query) == rows(at_once, query), table
    after = rows(by_day, "select sum(amount) as total from marts.spend_daily")
    assert before != after


def test_a_day_that_became_empty_leaves_nothing_behind(tmp_path: Path) -> None:
    less: Rows = {**COMPANY, "platform_spend": _without("platform_spend", "2024-02-05")}
    _build(tmp_path, COMPANY, "2024-02-10")
    _build(tmp_path, less, "2024-02-10", changed_days=changed_days(COMPANY, less))
    found = rows(tmp_path / "warehouse.duckdb", "select * from marts.spend_daily where date_day = '2024-02-05'")
    assert found == []

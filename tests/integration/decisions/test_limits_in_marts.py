"""From `[limits]` of company.toml to the recommendations that keep them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.company import read_company
from outlay.run_inputs import write_company_inputs
from tests.integration.decisions.small_company import AS_OF, TRUTH, WEEKS, weekly_spend
from tests.support.dbt_runs import build, rows

Query = Callable[[str], list[dict[str, Any]]]

# Without limits search would get half as much again .
COMPANY = """
[company]
name = "Small"
currency = "EUR"

[sources.ads]
kind = "files"
entity = "platform_spend"
glob = "*.csv"

[limits]
largest_change = 0.4

[limits.channels.search]
maximum = {maximum}

[limits.groups.screens]
channels = ["video"]
minimum = {minimum}
"""
RECENT = {name: sum(weekly_spend(name, WEEKS - 1 - week) for week in range(4)) / 4 for name in TRUTH}
MAXIMUM = RECENT["search"] + Decimal("40.37")
LEAST_OF_SCREENS = RECENT["video"] - Decimal("25.55")


@pytest.fixture(scope="module")
def query(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Query:
    """The small company again, which now states limits: only what reads them is built anew."""
    folder = tmp_path_factory.mktemp("limits")
    text = COMPANY.format(maximum=MAXIMUM, minimum=LEAST_OF_SCREENS)
    (folder / "company.toml").write_text(text, encoding="utf-8")
    shutil.copytree(built / "landing", folder / "landing")
    write_company_inputs(read_company(folder), folder / "stated", as_of=AS_OF)
    (folder / "stated" / "spend_limits.parquet").replace(folder / "landing" / "run" / "spend_limits.parquet")
    warehouse = folder / "warehouse.duckdb"
    shutil.copy(built / "warehouse.duckdb", warehouse)
    anew = ("int_spend_limits_listed", "int_allocations_made", "allocation_recommendations")
    build(folder / "landing", warehouse, "--select", *anew, "--exclude-resource-type", "test", "unit_test")
    return lambda sql: rows(warehouse, sql)


def test_the_binding_limits_are_kept_and_the_budget_ties_to_the_cent(query: Query) -> None:
    """Search may not gain more than 40.37, video not lose more than 25.55: the second binds, for both."""
    search, video = query(
        "select * from marts.allocation_recommendations where objective = 'most_outcome' order by channel"
    )
    assert (search["action"], video["action"]) == ("shift", "shift")
    assert video["recommended_amount"] == LEAST_OF_SCREENS
    assert search["recommended_amount"] == RECENT["search"] + Decimal("25.55")
    assert search["recommended_amount"] + video["recommended_amount"] == sum(RECENT.values())


def test_a_saving_keeps_them_too(query: Query) -> None:
    found = query("select * from marts.allocation_recommendations where objective = 'least_cost'")
    amounts = {row["channel"]: row["recommended_amount"] for row in found}
    assert amounts["search"] <= MAXIMUM
    assert amounts["video"] >= LEAST_OF_SCREENS
    assert sum(amounts.values()) <= sum(RECENT.values())

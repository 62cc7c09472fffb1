"""Every number on every page is the number that the page's own SQL gives on the published file, rounded as shown."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from outlay.publishing import PublishedVersion
from tests.support.page_states import STATES
from tests.unit.page.reading import Page, Shown

Written = Callable[[str], tuple[PublishedVersion, Path]]


def rows_by_key(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def find(rows: list[dict[str, object]], key: str) -> dict[str, object]:
    """The row whose columns, in some order of theirs from the left, spell the key."""
    parts = key.split("|")
    found = [row for row in rows if set(parts) <= {str(value) for value in row.values()}]
    assert found, f"no row {key}"
    return found[0]


def check(shown: Shown, row: dict[str, object]) -> None:
    exact = row[shown.column]
    assert exact is not None
    assert Decimal(str(exact)) == Decimal(shown.value)
    difference = abs(abs(shown.number * shown.divisor) - abs(Decimal(shown.value)))
    assert difference <= shown.last_digit / 2, f"{shown.text} is shown for {shown.value}"


@pytest.mark.parametrize("state", STATES)
def test_every_number_is_found_again_in_the_marts(written: Written, state: str) -> None:
    version, folder = written(state)
    files = sorted(folder.rglob("*.html"))[:40] + sorted(folder.glob("*.html"))
    with duckdb.connect(str(version.database), read_only=True) as connection:
        for file in files:
            page = Page(file.read_text(encoding="utf-8"))
            answers = {name: rows_by_key(connection, page.sql[name]) for name in {one.query for one in page.numbers}}
            for shown in page.numbers:
                check(shown, find(answers[shown.query], shown.key))


def test_the_report_states_the_sums_that_were_worked_out_by_hand(written: Written) -> None:
    _, folder = written("whole")
    page = Page((folder / "index.html").read_text(encoding="utf-8"))
    values = {(one.query, one.key, one.column): one.value for one in page.numbers}
    assert values["variance", "(total)", "actual_amount"] == "8900.00"
    assert values["variance", "(total)", "variance_amount"] == "-100.00"
    assert values["variance", "(total)", "forecast_variance_amount"] == "200.00"
    assert values["variance", "paid_search", "variance_amount"] == "500.00"
    # Credited to channels with cost: 7,500 + 1,800 on 8,900.
    assert Decimal(values["roi_total", "2026-Q1", "roi"]).quantize(Decimal("0.0001")) == Decimal("0.0449")
    # 15,000 on 5,000 is 3.0; the platform claims 4.2.
    assert Decimal(values["roi", "paid_search", "overclaim_pct"]) == pytest.approx(Decimal("0.4"))
    # Served 4,000.00 + fee 12.00 - unexplained 1.50 = ledger 4,010.50.
    assert values["bridge", "(ledger)", "amount"] == "4010.50"
    # A tenth of the 120,000.00 that were signed, of which 600.00 are half a percent.
    assert values["savings_targets", "2025", "target_amount"] == "12000.00"
    assert Decimal(values["savings_targets", "2025", "realised_share"]) == Decimal("0.005")
    assert page.text.startswith("Small & Sons")
    assert "Spend is EUR 100.00 (1.1 %) under budget, but the quarter is heading EUR 200.00 over" in page.text.replace(
        "\u00a0", " "
    )
    assert len(page.numbers) > 100

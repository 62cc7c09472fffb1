"""An amount without an exchange rate stops the build and names the currency and the day."""

from __future__ import annotations

from pathlib import Path

from tests.integration.spend.small_company import COMPANY, SETTINGS
from tests.support.dbt_runs import attempt, failures, rows
from tests.support.landing import write_landing


def test_a_rate_older_than_allowed_is_an_error_that_names_currency_and_day(tmp_path: Path) -> None:
    # The last rate is of 5 January: with 7 days of grace the 2nd of February has none.
    old_rates = [rate for rate in COMPANY["fx_rates"] if rate["date_day"] <= "2024-01-05"]
    write_landing(tmp_path / "landing", {**COMPANY, "fx_rates": old_rates}, **SETTINGS)
    selection = ("--select", "+assert_every_amount_has_a_rate", "--indirect-selection", "buildable")
    result = attempt(tmp_path / "landing", tmp_path / "warehouse.duckdb", *selection)

    assert not result.success
    assert [message.partition(":")[0] for message in failures(result)] == ["assert_every_amount_has_a_rate"]
    found = rows(tmp_path / "warehouse.duckdb", "select * from quality.assert_every_amount_has_a_rate")
    assert [(row["entity"], row["currency"], str(row["date_day"]), row["amount_doc"]) for row in found] == [
        ("platform_spend", "USD", "2024-02-02", 12.5)
    ]
    query = "select amount from intermediate.int_delivery_settled where date_day = '2024-02-02'"
    assert rows(tmp_path / "warehouse.duckdb", query) == [{"amount": None}]

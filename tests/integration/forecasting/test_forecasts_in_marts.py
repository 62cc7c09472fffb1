"""From landed rows to the marts: what SQL hands to the forecast, and what it makes of the answer."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from outlay.decisions.forecasting.tables import open_periods
from outlay.landing import keep_forecasts
from outlay.settings import DataFolder
from outlay.trade_days import trade_days
from tests.support.dbt_runs import build, rows
from tests.support.landing import Rows, write_landing

AS_OF = date(2024, 2, 10)
SELECTED = ("--select", "+marts.spend", "+marts.budget", "+marts.dimensions", "tests.budget")
ONLY_DATA = ("--indirect-selection", "cautious", "--exclude-resource-type", "unit_test")


def _served(day: date, campaign: str, spend: str) -> dict[str, Any]:
    return {"platform": "ads", "account_id": "a1", "campaign_id": campaign, "date_day": day.isoformat(),
            "spend": spend, "currency": "EUR"}  # fmt: skip


def _campaign(name: str, channel: str) -> dict[str, Any]:
    return {"platform": "ads", "campaign_id": name, "name": name, "channel": channel, "department_id": "D1"}


def _line(period: str, amount: str, channel: str, version: str = "V1") -> dict[str, Any]:
    return {"version_id": version, "period_id": period, "amount": amount, "department_id": "D1", "channel": channel,
            "account_id": "6000"}  # fmt: skip


# Search spends 10.00 on each of the 41 days, video 5.00; video has a flight of 10 days ahead and no budget.
COMPANY: Rows = {
    "accounts": [
        {"account_id": "6000", "name": "Media", "class": "expense", "is_marketing": True, "spend_category": "media"},
    ],
    "vendors": [{"vendor_id": "V2", "name": "Ads", "platform_account_ids": "a1"}],
    "departments": [{"department_id": "D1", "name": "One", "valid_from": "2023-01-01"}],
    "campaigns": [_campaign("s1", "search"), _campaign("v1", "video")],
    "platform_spend": [
        _served(date(2024, 1, 1) + timedelta(number), campaign, spend)
        for number in range(41)
        for campaign, spend in (("s1", "10.00"), ("v1", "5.00"))
    ],
    "planned_flights": [
        {"campaign_id": "v1", "start_date": "2024-02-15", "end_date": "2024-02-24", "planned_amount": "300.00",
         "currency": "EUR", "announced_on": "2024-02-01"},
        {"campaign_id": "v1", "start_date": "2024-02-15", "end_date": "2024-02-20", "planned_amount": "9000.00",
         "currency": "EUR", "announced_on": "2024-02-11"},
    ],
    "budget_versions": [
        {"version_id": "V1", "kind": "original", "fiscal_year": "2024", "status": "approved",
         "approved_on": "2023-12-01", "currency": "EUR"},
        {"version_id": "V2", "kind": "revised", "fiscal_year": "2024", "status": "approved",
         "approved_on": "2024-02-05", "effective_from": "2024-02-06", "currency": "EUR"},
    ],
    "budget_lines": [
        *(_line(f"2024-{month:02d}", "310.00", "search") for month in range(1, 13)),
        _line("2024-02", "290.00", "search", "V2"),
    ],
}  # fmt: skip

HOLIDAYS = [{"date_day": day, "event": event} for day, event in trade_days(date(2023, 1, 1), date(2026, 12, 31), "DE")]

Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The company after a build, the project's own tests of budgets passed."""
    folder = DataFolder(tmp_path_factory.mktemp("forecast_company"))
    write_landing(folder.landing, COMPANY, as_of=AS_OF.isoformat(), trade_days=HOLIDAYS)
    build(folder.landing, folder.warehouse, *SELECTED, *ONLY_DATA)
    keep_forecasts(folder.warehouse, folder.forecasts, as_of=AS_OF)
    return folder


@pytest.fixture
def query(data: DataFolder) -> Query:
    return lambda sql: rows(Path(data.warehouse), sql)


def test_a_flight_announced_by_the_day_is_handed_over_in_its_cell_and_a_later_one_is_not(query: Query) -> None:
    (flight,) = query("select * from intermediate.int_forecast_flights_listed")
    assert (flight["department_id"], flight["channel"], flight["spend_category"]) == ("D1", "video", "media")
    assert flight["planned_amount"] == Decimal("300.00")


def test_budgets_are_handed_over_with_the_day_from_which_they_were_known(query: Query) -> None:
    found = query(
        "select * from intermediate.int_forecast_budgets_listed where period_id = '2024-02' order by known_from"
    )
    assert [(str(row["known_from"]), row["amount"]) for row in found] == [
        ("2023-12-01", Decimal("310.00")),
        ("2024-02-05", Decimal("290.00")),
    ]


def test_an_open_period_is_actual_and_what_is_to_come(query: Query) -> None:
    """Search: 10 days spent, 19 to come at about 10.00 by every route."""
    (search,) = query(
        "select * from marts.budget_variances where period_id = '2024-02' and is_in_force and channel = 'search'"
    )
    assert search["actual_amount"] == Decimal("100.00")
    assert Decimal("275") < search["forecast_amount"] < Decimal("300")
    assert search["forecast_variance_amount"] == search["forecast_amount"] - search["budget_amount"]
    assert search["forecast_low_amount"] is None
    assert search["forecast_interval_reason"] == "fewer than 100 residuals"


def test_a_planned_flight_is_in_the_forecast(query: Query) -> None:
    """Video goes on at 5.00 a day, which would come to 145.00; the plan has 300.00 for ten of the days."""
    (video,) = query("select * from marts.spend_forecasts where period_id = '2024-02' and channel = 'video'")
    assert Decimal("175") < video["forecast_amount"] < Decimal("430")
    assert Decimal("140") < video["run_rate_amount"] < Decimal("150")


def test_a_closed_period_is_its_actual_and_other_versions_have_no_forecast(query: Query) -> None:
    found = query("select * from marts.budget_variances where period_id = '2024-01' and is_in_force order by channel")
    assert [row["forecast_amount"] for row in found] == [Decimal("310.00"), Decimal("155.00")]
    others = query("select distinct forecast_amount, forecast_reason from marts.budget_variances where not is_in_force")
    assert others == [{"forecast_amount": None, "forecast_reason": "version not in force"}]


def test_quarters_and_years_hold_their_periods(query: Query) -> None:
    found = query("select period_id, forecast_amount from marts.spend_forecasts where level = 'total'")
    amounts = {row["period_id"]: row["forecast_amount"] for row in found}
    assert amounts["2024-Q1"] == Decimal("465.00") + amounts["2024-02"] + amounts["2024-03"]
    months = [amount for name, amount in amounts.items() if len(name) == 7 and "Q" not in name]
    assert len(months) == 11
    assert amounts["2024"] == Decimal("465.00") + sum(months)


def test_what_a_run_forecast_is_kept_when_everything_is_built_again(data: DataFolder, query: Query) -> None:
    before = query("select * from marts.spend_forecasts order by all")
    write_landing(data.landing, COMPANY, as_of="2024-02-11", trade_days=HOLIDAYS)
    build(data.landing, data.warehouse, "--select", "+spend_forecasts", *ONLY_DATA, "--full-refresh")
    after = query("select * from marts.spend_forecasts where as_of = date '2024-02-10' order by all")
    assert after == before
    assert query("select count(distinct as_of) as days from marts.spend_forecasts") == [{"days": 2}]


def test_open_periods_end_with_the_year_or_three_ahead_and_name_whole_quarters_only() -> None:
    calendar = pd.DataFrame(
        {"period_id": f"{year}-{month:02d}", "quarter_id": f"{year}-Q{(month + 2) // 3}", "year_id": f"{year}",
         "start_date": pd.Timestamp(year, month, 1), "end_date": pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd()}
        for year in (2023, 2024, 2025) for month in range(1, 13)
    )  # fmt: skip
    spring = open_periods(calendar, pd.Timestamp(2024, 2, 10), first=None)
    assert list(spring["period_id"]) == [f"2024-{month:02d}" for month in range(2, 13)]
    winter = open_periods(calendar, pd.Timestamp(2024, 11, 30), first=None)
    assert list(winter["period_id"]) == ["2024-12", "2025-01", "2025-02", "2025-03"]
    assert list(winter["quarter_id"]) == ["2024-Q4", "2025-Q1", "2025-Q1", "2025-Q1"]
    assert list(winter["year_id"].dropna()) == ["2024"]

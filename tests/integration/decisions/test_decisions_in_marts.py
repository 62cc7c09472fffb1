"""From landed rows to recommendations and lifetime values: two channels of known curves, tested at two levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.decisions.small_company import BASELINE, FIRST_MONDAY, TRUTH, WEEKS, brings, weekly_spend
from tests.support.dbt_runs import rows

Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def query(built: Path) -> Query:
    return lambda sql: rows(built / "warehouse.duckdb", sql)


def test_whole_weeks_are_listed_with_what_was_served(query: Query) -> None:
    found = query("select channel, week_start, spend_amount from intermediate.int_response_weeks_listed")
    assert {(row["channel"], row["week_start"]): row["spend_amount"] for row in found} == {
        (channel, FIRST_MONDAY + timedelta(7 * week)): weekly_spend(channel, week)
        for channel in TRUTH
        for week in range(WEEKS)
    }


def test_curves_hold_the_truth_and_say_what_backs_them(query: Query) -> None:
    found = query("select * from marts.response_curves order by channel, point_no")
    assert len(found) == 2 * 41
    assert {row["backed_by"] for row in found} == {"two_level_test"}
    tested = [row for row in found if 0.5 < float(row["spend"]) / TRUTH[row["channel"]][2] < 1.2]
    assert len(tested) > 10
    for row in tested:
        assert float(row["outcome"]) == pytest.approx(brings(row["channel"], float(row["spend"])), rel=0.15)
        assert row["low"] < row["outcome"] < row["high"]


def test_the_same_budget_is_moved_to_what_brings_more_and_ties_to_the_cent(query: Query) -> None:
    found = query("select * from marts.allocation_recommendations where objective = 'most_outcome' order by channel")
    search, video = found
    recent = {name: sum(weekly_spend(name, WEEKS - 1 - week) for week in range(4)) / 4 for name in TRUTH}
    assert {row["channel"]: row["current_amount"] for row in found} == recent
    assert sum(row["recommended_amount"] for row in found) == sum(recent.values())
    assert (search["action"], video["action"], search["plan_action"]) == ("shift", "shift", "shift")
    assert search["recommended_amount"] > search["current_amount"]
    true_gain = sum(
        brings(row["channel"], float(row["recommended_amount"])) - brings(row["channel"], float(row["current_amount"]))
        for row in found
    )
    assert true_gain > 0
    assert float(search["plan_gain_low"]) < true_gain < float(search["plan_gain_high"])
    assert search["sentence"].startswith("Raise search from ")


def test_customers_are_worth_what_they_bought_and_cost_what_was_spent(query: Query) -> None:
    """Search won 3 customers in each of the four weeks of September that begin in it, and one day of a fifth."""
    (row,) = query(
        "select * from marts.customer_lifetime_values "
        "where cohort = '2025-09' and campaign_id = 's1' and horizon_months = 12"
    )
    firsts = [
        FIRST_MONDAY + timedelta(7 * week + number) for week in range(WEEKS) for number in range(3) if week % 14 < 7
    ]
    customers = sum(day.month == 9 for day in firsts)
    assert row["customers"] == customers
    days = ((FIRST_MONDAY + timedelta(day)) for day in range(400))
    september = sum(
        weekly_spend("search", (day - FIRST_MONDAY).days // 7) / 7 for day in days if (day.year, day.month) == (2025, 9)
    )
    assert float(row["cac"]) == pytest.approx(float(september) / customers, abs=1e-6)
    worth = 0.0
    for day in firsts:
        if day.month == 9:
            week = (day - FIRST_MONDAY).days // 7
            for later in (0, 7):
                revenue = BASELINE + sum(brings(name, float(weekly_spend(name, week + later))) for name in TRUTH)
                worth += round(0.4 * round(revenue / 5, 2), 2) * 1.1 ** (-7 * later / 365.25)
    assert float(row["observed_amount"]) == pytest.approx(worth / customers, abs=0.02)
    assert row["ltv"] >= row["observed_amount"]


def test_returns_carry_value_marginal_return_and_reasons(query: Query) -> None:
    (roi,) = query(
        "select * from marts.campaign_roi where period_kind = 'month' and period_id = '2025-09' "
        "and campaign_id = 's1' and model = 'linear'"
    )
    (worth,) = query(
        "select * from marts.customer_lifetime_values "
        "where cohort = '2025-09' and campaign_id = 's1' and horizon_months = 12"
    )
    assert roi["ltv"] == worth["ltv"]
    assert roi["cac"] == worth["cac"]
    assert roi["ltv_to_cac"] == (worth["ltv"] / worth["cac"]).quantize(Decimal("0.000001"))
    assert roi["payback_months"] == worth["payback_months"]
    assert roi["marginal_roi_reason"] == "curves_are_by_channel"
    (channel,) = query(
        "select * from marts.channel_roi where period_kind = 'week' and period_id = '2025-W40' "
        "and channel = 'search' and model = 'linear'"
    )
    spend = float(weekly_spend("search", 4))  # the week of 29 September
    assert float(channel["cost_amount"]) == spend
    most, half, _ = TRUTH["search"]
    slope = most * half / (half + spend) ** 2
    assert float(channel["marginal_roi"]) == pytest.approx(0.4 * slope - 1, abs=0.15)
    for table in ("campaign_roi", "channel_roi"):
        for column in ("ltv", "ltv_to_cac", "payback_months", "marginal_roi", "roi_low", "roi_high"):
            assert query(f"select * from marts.{table} where ({column} is null) <> ({column}_reason is not null)") == []

"""From landed rows to recommendations and lifetime values: two channels of known curves, tested at two levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.attribution.small_company import conversion, touch
from tests.support.dbt_runs import build, rows
from tests.support.landing import Rows, write_landing

Query = Callable[[str], list[dict[str, Any]]]

FIRST_MONDAY, WEEKS = date(2025, 9, 1), 24
LAST_DAY = FIRST_MONDAY + timedelta(7 * WEEKS - 1)
AS_OF = LAST_DAY + timedelta(2)  # two days of a week that is not whole
BASELINE = 500.0
# channel -> (most that a week can bring, weekly spend that brings half of it, usual weekly spend)
TRUTH = {"search": (2000.0, 400.0, 280.0), "video": (600.0, 600.0, 630.0)}
CAMPAIGNS = {"search": "s1", "video": "v1"}


def brings(channel: str, spend: float) -> float:
    most, half, _ = TRUTH[channel]
    return most * spend / (half + spend)


def weekly_spend(channel: str, week: int) -> Decimal:
    """Varies by a third, the two channels at different paces; whole euros a day."""
    usual = TRUTH[channel][2]
    step = (week * (3 if channel == "search" else 5)) % 7 - 3
    return 7 * Decimal(round(usual * (1 + step / 9) / 7))


def _spend() -> Iterator[dict[str, Any]]:
    for channel, campaign in CAMPAIGNS.items():
        for day in range((AS_OF - FIRST_MONDAY).days + 1):
            week = day // 7
            spend = weekly_spend(channel, week)
            yield {
                "platform": "ads", "account_id": "a1", "campaign_id": campaign, "currency": "EUR",
                "date_day": (FIRST_MONDAY + timedelta(day)).isoformat(), "spend": str(spend / 7),
                "conversions_value": f"{1.4 * brings(channel, float(spend)) / 7:.2f}",
            }  # fmt: skip


def _purchases() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Five a week; each customer buys in one week and again seven weeks later. Search wins three, video two."""
    for week in range(WEEKS):
        revenue = BASELINE + sum(brings(channel, float(weekly_spend(channel, week))) for channel in TRUTH)
        monday = FIRST_MONDAY + timedelta(7 * week)
        for number in range(5):
            user = f"u{week}_{number}" if week % 14 < 7 else f"u{week - 7}_{number}"
            channel = "search" if number < 3 else "video"
            at = f"{monday + timedelta(number)} 10:00:00"
            yield (
                touch(f"t{week}_{number}", user, at, channel, campaign_id=CAMPAIGNS[channel]),
                conversion(f"c{week}_{number}", user, f"{monday + timedelta(number)} 12:00:00", f"{revenue / 5:.2f}"),
            )


def _tests() -> Iterator[dict[str, Any]]:
    """Each channel was raised by half and by as much again, for two weeks, measured to within 3 %."""
    for channel, (_, _, usual) in TRUTH.items():
        for number, share in ((1, 0.5), (2, 1.0)):
            start = FIRST_MONDAY + timedelta(7 * (4 * number))
            during = sum(float(weekly_spend(channel, 4 * number + week)) for week in range(2)) / 2
            change = share * usual
            lift = 2 * (brings(channel, during) - brings(channel, max(during - change, 0.0)))
            yield {
                "test_id": f"{channel}_{number}", "channel": channel, "currency": "EUR", "outcome_kind": "revenue",
                "start_date": start.isoformat(), "end_date": (start + timedelta(13)).isoformat(),
                "spend_delta": f"{2 * change:.2f}", "outcome_delta": f"{lift:.2f}",
                "standard_error": f"{0.03 * lift:.2f}",
            }  # fmt: skip


def company() -> Rows:
    touches, conversions = zip(*_purchases(), strict=True)
    return {
        "vendors": [{"vendor_id": "V1", "name": "Ads", "platform_account_ids": "a1"}],
        "departments": [{"department_id": "D1", "name": "One", "valid_from": "2023-01-01"}],
        "campaigns": [
            {"platform": "ads", "campaign_id": campaign, "name": campaign, "channel": channel, "department_id": "D1"}
            for channel, campaign in CAMPAIGNS.items()
        ],
        "platform_spend": list(_spend()),
        "touchpoints": touches,
        "conversions": conversions,
        "lift_tests": list(_tests()),
    }


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Query:
    folder = tmp_path_factory.mktemp("decisions")
    settings = {"default_gross_margin": "0.4", "headline_model": "linear"}
    write_landing(folder / "landing", company(), as_of=AS_OF.isoformat(), **settings)
    selection = (
        "--select",
        "+marts.roi",
        "+response_curves",
        "+allocation_recommendations",
        "+customer_lifetime_values",
    )
    warehouse = folder / "warehouse.duckdb"
    build(folder / "landing", warehouse, *selection, "--indirect-selection", "cautious",
          "--exclude-resource-type", "unit_test")  # fmt: skip
    return lambda sql: rows(Path(warehouse), sql)


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

"""Refunds and returns on a company small enough for pencil and paper, and defects that other systems publish."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.attribution.small_company import conversion, refund, touch, value
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

ROWS = {
    "platform_spend": [
        {"date_day": "2026-04-30", "campaign_id": "c1", "spend": "500.00", "conversions_value": "0"},
        {"date_day": "2026-05-04", "campaign_id": "c1", "spend": "40.00", "conversions_value": "120.00"},
        {"date_day": "2026-05-05", "campaign_id": "c2", "spend": "60.00"},
        {"date_day": "2027-01-01", "campaign_id": "c1", "spend": "1.00", "conversions_value": "0"},
    ],
    "touchpoints": [
        touch("t1", "u1", "2026-05-05 08:00:00", "search", campaign_id="c1"),
        touch("t2", "u1", "2026-05-06 08:00:00", "social", campaign_id="c2"),
        # three thirds, for refunds in parts
        touch("p1", "u3", "2026-02-01 08:00:00", "search", campaign_id="p"),
        touch("p2", "u3", "2026-02-02 08:00:00", "email"),
        touch("p3", "u3", "2026-02-03 08:00:00", "social", campaign_id="a > b"),
        touch("y1", "u4", "2026-03-01 08:00:00", "email"),
        # first touch: two small orders from s1, a large one from s2
        touch("s1", "u5", "2026-01-01 08:00:00", "search", campaign_id="s1"),
        touch("s2", "u6", "2026-01-01 08:00:00", "search", campaign_id="s1"),
        touch("s3", "u7", "2026-01-01 08:00:00", "search", campaign_id="s2"),
    ],
    "conversions": [
        conversion("k1", "u1", "2026-05-07 08:00:00", "100.00"),
        conversion("k2", "u2", "2026-05-07 08:00:00", "30.00"),
        conversion("k3", "u1", "2026-05-20 08:00:00", "20.00"),
        conversion("parts", "u3", "2026-02-10 08:00:00", "100.00"),
        conversion("yen", "u4", "2026-03-02 08:00:00", "16000", currency="JPY"),
        conversion("small_1", "u5", "2026-01-02 08:00:00", "10.00"),
        conversion("small_2", "u6", "2026-01-02 08:00:00", "20.00"),
        conversion("large", "u7", "2026-01-02 08:00:00", "970.00"),
    ],
    "refunds": [
        refund("f1", "k1", "2026-05-25 08:00:00", "30.00"),
        refund("f2", "k1", "2026-06-02 08:00:00", "70.00"),
        refund("f3", "never_heard_of", "2026-06-02 08:00:00", "5.00"),
        refund("half_1", "parts", "2026-02-12 08:00:00", "50.00"),
        # some systems write what is given back as a negative amount
        refund("half_2", "parts", "2026-02-14 08:00:00", "-50.00"),
        refund("yen_back", "yen", "2026-03-09 08:00:00", "8000", "JPY"),
    ],
    "fx_rates": [
        {"from_currency": "EUR", "to_currency": "JPY", "date_day": "2026-03-02", "rate": "160"},
        {"from_currency": "EUR", "to_currency": "JPY", "date_day": "2026-03-09", "rate": "200"},
    ],
}
for spend in ROWS["platform_spend"]:
    spend |= {"platform": "google_ads", "account_id": "a1", "currency": "EUR"}

RULES = [
    {"target": "channel", "value": "search", "rule_no": 1, "campaign_pattern": "c1"},
    {"target": "channel", "value": "social", "rule_no": 2, "campaign_pattern": "c2"},
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returns")
    write_landing(folder / "landing", ROWS, as_of="2027-01-31", default_gross_margin="0.5", match_rules=RULES)
    selection = ("--select", "+campaign_roi", "+channel_roi", "--indirect-selection", "buildable")
    build(folder / "landing", folder / "warehouse.duckdb", *selection)
    return folder / "warehouse.duckdb"


def returns(warehouse: Path, period_id: str, campaign_id: str, model: str = "linear") -> dict[str, Any]:
    (row,) = rows(
        warehouse,
        f"""
        select * from marts.campaign_roi
        where period_id = '{period_id}' and campaign_id = '{campaign_id}' and model = '{model}'
        """,
    )
    return row


def refunded(warehouse: Path, refund_id: str) -> list[str]:
    """Under the linear model, in the order of the path."""
    sql = f"""
        select refunded_amount from intermediate.int_refunds_reversed
        where refund_id = '{refund_id}' and model = 'linear' order by touch_id
    """
    return [str(row["refunded_amount"]) for row in rows(warehouse, sql)]


def test_a_refund_takes_back_the_original_credit_on_its_own_day(warehouse: Path) -> None:
    # 100.00 was 33.34, 33.33, 33.33; half of it is 16.67, 16.67, 16.66, twice
    assert refunded(warehouse, "half_1") == ["16.67", "16.67", "16.66"]
    assert refunded(warehouse, "half_2") == ["16.67", "16.67", "16.66"]
    days = rows(
        warehouse,
        """
        select date_day, sum(revenue_amount) as revenue_amount, sum(refunded_amount) as refunded_amount
        from marts.attributed_revenue_daily
        where model = 'linear' and date_day between '2026-02-01' and '2026-02-28' group by date_day order by date_day
        """,
    )
    assert [tuple(str(found) for found in row.values()) for row in days] == [
        ("2026-02-10", "100.00", "0.00"),
        ("2026-02-12", "0.00", "50.00"),
        ("2026-02-14", "0.00", "50.00"),
    ]


def test_a_refund_takes_the_rate_of_the_day_of_sale(warehouse: Path) -> None:
    # 8000 yen at 160, although 200 on the day it was given back
    assert refunded(warehouse, "yen_back") == ["50.00"]


def test_a_refund_of_an_unknown_conversion_is_unattributed(warehouse: Path) -> None:
    june = returns(warehouse, "2026-06", "unattributed")
    assert str(june["revenue_amount"]) == "-5.00"
    assert str(june["margin_amount"]) == "-2.50"


def test_a_campaigns_month_is_net_of_the_refunds_booked_in_it(warehouse: Path) -> None:
    may = returns(warehouse, "2026-05", "c1")
    # revenue 50 + 10 - 15; margin half of it; half of two conversions, half of one new customer
    expected = {
        "cost_amount": "40.00",
        "cost_finality": "platform_only",
        "revenue_amount": "45.00",
        "margin_amount": "22.50",
        "profit_amount": "-17.50",
        "roi": "-0.437500",
        "roas": "1.125000",
        "conversions": "1.000000000",
        "cpa": "40.000000",
        "new_customers": "0.500000000",
        "cac": "80.000000",
        "platform_roas": "3.000000",
    }
    assert {name: str(may[name]) for name in expected} == expected
    assert may["roi_reason"] is None


def test_a_ratio_without_a_denominator_is_null_beside_its_reason(warehouse: Path) -> None:
    june = returns(warehouse, "2026-06", "c1")
    assert str(june["revenue_amount"]) == "-35.00"
    assert (june["roi"], june["roi_reason"]) == (None, "zero_cost")
    assert (june["roas"], june["roas_reason"]) == (None, "zero_cost")
    assert (june["cpa"], june["cpa_reason"]) == (None, "zero_conversions")
    assert (june["cac"], june["cac_reason"]) == (None, "zero_new_customers")
    assert (june["ltv"], june["ltv_reason"]) == (None, "headline_model_only")
    assert returns(warehouse, "2026-05", "c2")["platform_roas_reason"] == "no_platform_report"


def test_a_periods_cost_is_that_periods_spend_alone(warehouse: Path) -> None:
    # counting all spend within ninety days before a conversion would put April's 500.00 into May
    assert str(returns(warehouse, "2026-04", "c1")["cost_amount"]) == "500.00"
    assert str(returns(warehouse, "2026-05", "c1")["cost_amount"]) == "40.00"


def test_weeks_are_iso_weeks(warehouse: Path) -> None:
    week = returns(warehouse, "2026-W19", "c1")
    assert (str(week["cost_amount"]), str(week["revenue_amount"])) == ("40.00", "50.00")
    # the first of January 2027 is a Friday of the year 2026's last week
    assert str(returns(warehouse, "2026-W53", "c1")["cost_amount"]) == "1.00"
    assert str(returns(warehouse, "2027", "c1")["cost_amount"]) == "1.00"


def test_channels_hold_what_their_campaigns_hold(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select channel, cost_amount, revenue_amount from marts.channel_roi "
        "where period_id = '2026-05' and model = 'linear' order by channel",
    )
    assert [tuple(str(part) for part in row.values()) for row in found] == [
        ("search", "40.00", "45.00"),
        ("social", "60.00", "45.00"),
        ("unattributed", "0.00", "30.00"),
    ]


def test_conversions_are_counted_not_taken_as_a_share_of_revenue(warehouse: Path) -> None:
    # of three conversions, s1 began two that brought 3 % of the revenue: 2, not 0.09
    january = returns(warehouse, "2026-01", "s1", "first_touch")
    assert (str(january["conversions"]), str(january["revenue_amount"])) == ("2.000000000", "30.00")


def test_a_campaign_name_may_hold_any_text(warehouse: Path) -> None:
    credit = value(
        warehouse,
        "select sum(credit) from marts.touch_credits where campaign_id = 'a > b' and model = 'linear'",
    )
    assert Decimal(credit) == Decimal("0.333333333")


def test_each_conversion_is_divided_once_however_many_a_person_has(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select conversion_id, sum(credit) as credit, sum(revenue_amount) as revenue_amount from marts.touch_credits "
        "where model = 'linear' and conversion_id in ('k1', 'k3') group by conversion_id order by conversion_id",
    )
    assert [(row["credit"], str(row["revenue_amount"])) for row in found] == [(1, "100.00"), (1, "20.00")]

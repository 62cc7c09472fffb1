"""A campaign whose subscribers leave as planted, beside one whose customers bought once: what each is found worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln

from tests.integration.attribution.small_company import conversion, touch
from tests.support.dbt_runs import build, rows
from tests.support.landing import Rows, write_landing

Query = Callable[[str], list[dict[str, Any]]]

AS_OF = date(2026, 1, 31)
COHORTS = pd.period_range("2024-07", "2025-12", freq="M")
EACH = 40  # subscribers a month
ALPHA, BETA = 2.0, 8.0  # each leaves at every renewal with a chance of their own: one in five on average
PRICE, MARGIN = 20, 0.4


def _subscribers() -> Iterator[tuple[str, date, int]]:
    """Who, since when, and how often they pay before they leave."""
    rng = np.random.default_rng(20)
    for cohort in COHORTS:
        for number in range(EACH):
            started = date(cohort.year, cohort.month, 1 + number % 28)
            yield f"{cohort}_{number}", started, int(rng.geometric(rng.beta(ALPHA, BETA)))


SUBSCRIBERS = list(_subscribers())


def _payments(started: date, stays: int) -> Iterator[date]:
    for month in range(stays):
        day = (pd.Timestamp(started) + pd.DateOffset(months=month)).date()
        if day > AS_OF:
            return
        yield day


def company() -> Rows:
    touches = [touch(f"t{who}", who, f"{started} 08:00:00", "social", campaign_id="club")
               for who, started, _ in SUBSCRIBERS]  # fmt: skip
    paid = [
        conversion(f"c{who}_{number}", who, f"{day} 09:00:00", f"{PRICE}.00", billing_months=1)
        for who, started, stays in SUBSCRIBERS
        for number, day in enumerate(_payments(started, stays))
    ]
    once = [(f"o{number}", date(2025, 3, 1 + number)) for number in range(10)]
    touches += [touch(f"t{who}", who, f"{day} 08:00:00", "social", campaign_id="shop") for who, day in once]
    bought = [conversion(f"c{who}", who, f"{day} 09:00:00", "50.00") for who, day in once]
    days = [date(2024, 7, 1) + timedelta(day) for day in range((AS_OF - date(2024, 7, 1)).days + 1)]
    return {
        "vendors": [{"vendor_id": "V1", "name": "Ads", "platform_account_ids": "a1"}],
        "departments": [{"department_id": "D1", "name": "One", "valid_from": "2023-01-01"}],
        "campaigns": [
            {"platform": "ads", "campaign_id": name, "name": name, "channel": "social", "department_id": "D1"}
            for name in ("club", "shop")
        ],
        "platform_spend": [
            {"platform": "ads", "account_id": "a1", "campaign_id": "club", "currency": "EUR", "spend": "31.00",
             "date_day": day.isoformat()}
            for day in days
        ],
        "touchpoints": touches,
        "conversions": paid + bought,
    }  # fmt: skip


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Query:
    folder = tmp_path_factory.mktemp("subscriptions")
    settings = {"default_gross_margin": str(MARGIN), "headline_model": "linear"}
    write_landing(folder / "landing", company(), as_of=AS_OF.isoformat(), **settings)
    warehouse = folder / "warehouse.duckdb"
    build(folder / "landing", warehouse, "--select", "+customer_lifetime_values", "--indirect-selection", "cautious",
          "--exclude-resource-type", "unit_test")  # fmt: skip
    return lambda sql: rows(warehouse, sql)


def worth(payments: np.ndarray) -> np.ndarray:
    """Of so many monthly payments within a year of the first, discounted at 10 %; the thirteenth is due on day 365."""
    until = np.cumsum(PRICE * MARGIN * 1.1 ** (-np.arange(13) / 12))
    return until[np.minimum(payments, 13) - 1]


def test_the_planted_churn_is_found_within_sampling_error(query: Query) -> None:
    """Shifted beta-geometric: the chance of k renewals is B(alpha, beta + k) / B(alpha, beta)."""
    renewals = np.arange(13)
    stays = np.exp(betaln(ALPHA, BETA + renewals) - betaln(ALPHA, BETA))
    planted = float((stays * PRICE * MARGIN * 1.1 ** (-renewals / 12)).sum())
    found = query(
        "select * from marts.customer_lifetime_values where campaign_id = 'club' and horizon_months = 12 "
        "and cohort between '2025-05' and '2025-12' order by cohort"
    )
    assert [float(row["customers"]) for row in found] == [EACH] * 8
    spread = worth(np.array([stays for _, _, stays in SUBSCRIBERS])).std()
    mean = np.mean([float(row["ltv"]) for row in found])
    assert abs(mean - planted) < 2 * spread / np.sqrt(8 * EACH)
    # Most of it is still to come for the youngest: 8.00 so far, or 15.94 for who has paid twice.
    assert float(found[-1]["observed_amount"]) < 0.35 * planted
    assert float(found[-1]["ltv"]) == pytest.approx(planted, rel=0.15)
    assert found[0]["ltv_low"] < found[0]["ltv"] < found[0]["ltv_high"]


def test_the_cost_of_a_subscriber_is_what_was_spent_in_the_month(query: Query) -> None:
    (row,) = query(
        "select * from marts.customer_lifetime_values where campaign_id = 'club' and horizon_months = 12 "
        "and cohort = '2025-12'"
    )
    assert float(row["cac"]) == pytest.approx(31 * 31 / EACH)
    assert float(row["ltv_to_cac"]) == pytest.approx(float(row["ltv"]) / float(row["cac"]), rel=1e-3)
    assert row["payback_months"] in (2, 3, 4)


def test_purchases_that_cannot_be_foreseen_leave_subscriptions_alone(query: Query) -> None:
    (row,) = query("select * from marts.customer_lifetime_values where campaign_id = 'shop' and horizon_months = 12")
    assert row["ltv"] is None
    assert row["ltv_reason"].startswith("fewer than 20 repeat purchases")
    assert float(row["observed_amount"]) == 20

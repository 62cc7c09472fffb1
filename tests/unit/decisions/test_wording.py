"""Sentences against what a reader must find in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.allocation import Allocation, least_cost, most_outcome
from outlay.decisions.response import fit_response
from outlay.decisions.wording import channel_sentence, lifetime_sentence, plan_sentence
from tests.support.markets import Scenario, market


def euros(amount: float) -> str:
    return f"{amount:,.0f} EUR"


def orders(number: float) -> str:
    return f"{number:+,.0f} orders"


def said_of(found: Allocation) -> list[str]:
    """The plan, then every channel of which there is something to say."""
    rows = found.channels.to_dict("records")
    return [plan_sentence(found, euros, orders), *filter(None, (channel_sentence(row, euros, orders) for row in rows))]


@pytest.fixture(scope="module")
def decided() -> tuple[Allocation, Allocation]:
    of = market(1, Scenario(tests="two_level_largest"))
    response = fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))
    plan = pd.DataFrame({"channel": of.channels, "current": of.today})
    return most_outcome(response, plan), least_cost(response, plan)


def test_a_sentence_for_the_plan_and_one_for_each_recommendation(decided: tuple[Allocation, Allocation]) -> None:
    for found in decided:
        said = said_of(found)
        table = found.channels
        assert len(said) == 1 + (table["action"] != "hold").sum()
        assert orders(found.gain) in said[0]
        assert f"80 %: {orders(found.gain_low)} to {orders(found.gain_high)}" in said[0]
        moved = table[table["action"] == "shift"].iloc[0]
        own = next(line for line in said if f" {moved['channel']} " in line)
        assert f"from {euros(moved['current_amount'])} to {euros(moved['recommended_amount'])} a week" in own
        assert "measured" in own or "known only from what the platform reports" in own


def test_a_saving_is_told_apart_from_a_test_to_run(decided: tuple[Allocation, Allocation]) -> None:
    found = decided[1]
    first = said_of(found)[0]
    assert first.startswith(f"Today's outcome for {euros(found.saving)} a week less ({found.saving / found.cost:.1%})")
    assert f"A further {euros(found.untested_saving)} a week" in first
    assert "is a test to run, not a saving yet" in first


def test_staying_says_why(decided: tuple[Allocation, Allocation]) -> None:
    of = market(0, Scenario(tests="two_level_all", apart=0.0))
    response = fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))
    found = most_outcome(response, pd.DataFrame({"channel": of.channels, "current": of.today}))
    said = said_of(found)
    assert said[0] == "Keep today's division: no other division is sure enough to bring more."


def test_a_customers_worth() -> None:
    row = {
        "cohort": "2026-01", "campaign": "brand", "horizon": 12, "ltv": 120.0, "ltv_low": 100.0, "ltv_high": 150.0,
        "ltv_low_reason": pd.NA, "cac": 40.0, "cac_reason": pd.NA, "ltv_to_cac": 3.0, "payback_months": 4,
    }  # fmt: skip
    assert lifetime_sentence(row, money=euros) == (
        "brand, customers of 2026-01: 120 EUR margin each within 12 months (80 %: 100 EUR to 150 EUR, by back-tests of "
        "earlier cohorts); 40 EUR to acquire, 3.0 times returned; paid back in 4 months."
    )
    untested = row | {
        "ltv_low": pd.NA,
        "ltv_low_reason": "no cohort is old enough",
        "cac": pd.NA,
        "cac_reason": "no cost is known",
    }
    assert lifetime_sentence(untested, money=euros) == (
        "brand, customers of 2026-01: 120 EUR margin each within 12 months (no interval: no cohort is old enough); "
        "no cost is known."
    )

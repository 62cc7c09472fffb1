"""Decisions of simulated markets, judged by planted curves that the decider never sees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.allocation import HOLD, LEAST_COST, SHIFT, TEST_NEXT, least_cost, most_outcome
from outlay.decisions.response import Response, fit_response
from tests.support.markets import Market, Scenario, market, no_tests


def fitted(of: Market) -> Response:
    return fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))


def plan_of(of: Market) -> pd.DataFrame:
    return pd.DataFrame({"channel": of.channels, "current": of.today})


def true_gain(of: Market, table: pd.DataFrame) -> float:
    after = of.outcome(table["recommended_amount"].to_numpy()).sum()
    return float(after / of.outcome(of.today).sum() - 1)


@pytest.fixture(scope="module")
def tested() -> tuple[Market, Response]:
    of = market(1, Scenario(tests="two_level_largest"))
    return of, fitted(of)


def test_the_same_money_brings_more() -> None:
    gains, possible = [], []
    for seed in range(8):
        of = market(seed, Scenario(tests="two_level_largest"))
        found = most_outcome(fitted(of), plan_of(of))
        table = found.channels
        assert round(table["recommended_amount"].sum(), 2) == round(plan_of(of)["current"].sum(), 2)
        assert (table["recommended_amount"] <= 1.5 * of.today + 0.02).all()
        assert (table["recommended_amount"] >= 0.5 * of.today - 0.02).all()
        gains.append(true_gain(of, table))
        possible.append(of.outcome(of.best(of.today.sum())).sum() / of.outcome(of.today).sum() - 1)
    assert min(gains) >= 0
    assert sum(gains) >= 0.85 * sum(possible)


def test_the_best_mix_is_held() -> None:
    held = [
        most_outcome(fitted(of), plan_of(of))
        for of in (market(s, Scenario(tests="two_level_all", apart=0)) for s in range(4))
    ]
    assert [found.action for found in held] == [HOLD] * 4
    assert all((found.channels["recommended_amount"] == found.channels["current_amount"]).all() for found in held)


def test_a_saving_is_true_where_bias_changes_with_spend() -> None:
    for seed in range(5):
        of = market(seed, Scenario(tests="two_level_all", bias_slope=(0.15, 0.2)))
        found = least_cost(fitted(of), plan_of(of))
        assert found.objective == LEAST_COST
        assert found.saving == pytest.approx(of.today.sum() - found.channels["recommended_amount"].sum(), abs=0.2)
        assert true_gain(of, found.channels) > -0.01


@pytest.mark.parametrize("tests", ["none", "dark_largest"])
def test_no_saving_is_printed_without_tests_at_two_levels(tests: str) -> None:
    of = market(1, Scenario(tests=tests))  # type: ignore[arg-type]
    found = least_cost(fitted(of), plan_of(of))
    assert (found.saving, found.action) == (0, HOLD)
    assert found.reason == "no channel has been tested at two spend levels"
    assert found.untested_saving > 0
    to_test = found.channels[found.channels["action"] == TEST_NEXT]
    assert not to_test.empty
    assert to_test["test_amount"].notna().all()


def test_only_tested_channels_move_for_a_saving_and_only_between_tested_spends(tested: tuple[Market, Response]) -> None:
    of, response = tested
    found = least_cost(response, plan_of(of).assign(largest_change=0.9))
    moved = found.channels[found.channels["action"] == SHIFT]
    assert set(moved["channel"]) <= set(of.tests["channel"])
    assert (moved["recommended_amount"] <= 1.5 * moved["current_amount"] + 0.02).all()
    assert found.saving > 0.01 * found.cost


def test_limits_are_kept(tested: tuple[Market, Response]) -> None:
    of, response = tested
    plan = plan_of(of).assign(minimum=0.9 * of.today, maximum=1.2 * of.today)
    groups = pd.DataFrame(
        {"group": "north", "channel": of.channels[:5], "minimum": None, "maximum": 1.01 * of.today[:5].sum()}
    )
    south = pd.DataFrame({"group": "south", "channel": of.channels[5:7], "minimum": 1.0, "maximum": None})
    groups = pd.concat([groups, south])
    for found in (most_outcome(response, plan), most_outcome(response, plan, groups=groups)):
        amounts = found.channels["recommended_amount"].to_numpy()
        assert (amounts >= 0.9 * of.today - 0.02).all()
        assert (amounts <= 1.2 * of.today + 0.02).all()
        assert amounts.sum() == pytest.approx(of.today.sum(), abs=0.1)
    assert found.channels["recommended_amount"][:5].sum() <= 1.01 * of.today[:5].sum() + 0.05


def test_limits_that_leave_no_room_or_that_today_breaks_are_answered(tested: tuple[Market, Response]) -> None:
    of, response = tested
    narrow = most_outcome(response, plan_of(of).assign(maximum=0.5 * of.today))
    assert (narrow.action, narrow.reason) == (HOLD, "no division keeps the limits and the budget")
    forced = most_outcome(response, plan_of(of).assign(maximum=[0.8 * of.today[0], *[np.inf] * 9]))
    assert forced.reason == "today's spend is outside its limits"
    assert forced.channels["recommended_amount"][0] <= 0.8 * of.today[0] + 0.01


def test_limits_that_contradict_themselves_are_refused(tested: tuple[Market, Response]) -> None:
    of, response = tested
    with pytest.raises(ValueError, match="minimum is above the maximum for channel_00"):
        most_outcome(response, plan_of(of).assign(minimum=[9.0] + [0.0] * 9, maximum=[8.0] + [np.inf] * 9))
    with pytest.raises(ValueError, match="in the plan once"):
        least_cost(response, pd.concat([plan_of(of), plan_of(of)]))


def test_a_channel_without_a_curve_is_held_with_its_reason() -> None:
    weekly = pd.DataFrame({"channel": ["a", "b"] * 20, "week": np.repeat(range(20), 2), "spend": [5.0, 0.0] * 20})
    outcomes = pd.DataFrame({"week": range(20), "outcome": 7.0})
    response = fit_response(weekly.assign(reported=np.nan), outcomes, no_tests(), rng=np.random.default_rng(0))
    plan = pd.DataFrame({"channel": ["a", "b", "c"], "current": [5.0, 0.0, 3.0]})
    for found in (most_outcome(response, plan), least_cost(response, plan)):
        table = found.channels.set_index("channel")
        assert found.action == HOLD
        assert table.loc["a", "action"] == TEST_NEXT
        assert table.loc["b", "reason"] == "never active: nothing was spent in these weeks"
        assert table.loc["c", "reason"].startswith("no curve")
        assert pd.isna(table.loc["b", "expected_outcome"])
        assert not np.isnan([found.gain, found.gain_low, found.saving, found.chance_worse]).any()


@pytest.mark.parametrize("rows", [0, 1])
def test_no_channel_and_one_channel_hold(rows: int) -> None:
    of = market(1, Scenario(channels=1, tests="two_level_all"))
    found = [decide(fitted(of), plan_of(of)[:rows]) for decide in (most_outcome, least_cost)]
    assert [one.action for one in found] == [HOLD, HOLD]
    assert [len(one.channels) for one in found] == [rows, rows]

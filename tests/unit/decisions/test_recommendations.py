"""What a run's table of curves and recommendations holds where there is little or nothing to go by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.allocation import plan_limits
from outlay.decisions.recommendations import CURVE, RECOMMENDATION, allocation_table

NO_TESTS = pd.DataFrame(columns=["channel", "base_spend", "spend_delta", "weeks", "outcome_delta", "standard_error"])
NO_LIMITS = pd.DataFrame(columns=["channel", "group_name", "minimum", "maximum", "largest_change"])
NO_OUTCOMES = pd.DataFrame(columns=["week", "outcome"])


def weekly(*rows: tuple[str, int, float, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["channel", "week", "spend", "reported"]).astype({"reported": "float64"})


def test_without_a_channel_there_is_no_row() -> None:
    assert allocation_table(weekly(), NO_OUTCOMES, NO_TESTS, NO_LIMITS, currency="EUR").empty


def test_without_an_outcome_every_channel_keeps_what_it_has_and_says_why() -> None:
    rows = [("search", week, 100.0, None) for week in range(6)] + [("video", 5, 30.0, None)]
    table = allocation_table(weekly(*rows), NO_OUTCOMES, NO_TESTS, NO_LIMITS, currency="EUR")
    assert set(table["told"]) == {RECOMMENDATION}
    assert set(table["action"]) == {"hold"}
    # of the last four weeks, 30 / 4 for video
    assert dict(zip(table["channel"], table["recommended_amount"], strict=True)) == {"search": 100.0, "video": 7.5}
    assert table["expected_outcome"].isna().all()
    assert set(table["reason"]) == {"no week with a known outcome"}


def test_credits_and_a_channel_never_active_are_no_negative_plan() -> None:
    rows = [("search", week, -5.0, None) for week in range(10)] + [("video", week, 0.0, None) for week in range(10)]
    outcomes = pd.DataFrame({"week": range(10), "outcome": 1000.0})
    table = allocation_table(weekly(*rows), outcomes, NO_TESTS, NO_LIMITS, currency="EUR")
    assert set(table["recommended_amount"]) == {0.0}
    assert set(table["action"]) == {"hold"}


def test_curves_run_from_nothing_and_the_table_is_the_same_each_time() -> None:
    rows = [("search", week, 100.0 + 10 * (week % 5), 300.0) for week in range(30)]
    outcomes = pd.DataFrame({"week": range(30), "outcome": [2000.0 + 20 * (week % 5) for week in range(30)]})
    one, two = (allocation_table(weekly(*rows), outcomes, NO_TESTS, NO_LIMITS, currency="EUR") for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    curve = one[one["told"] == CURVE]
    assert (curve["spend"].iloc[0], curve["outcome"].iloc[0]) == (0.0, 0.0)
    assert list(curve["point_no"]) == list(range(1, 42))


def test_limits_of_channels_and_groups_are_told_apart_and_the_general_one_fills_the_gaps() -> None:
    limits = pd.DataFrame(
        [
            (None, None, None, None, 0.3),
            ("search", None, 50.0, None, None),
            ("video", None, None, 90.0, 0.1),
            ("video", "screens", None, 80.0, None),
        ],
        columns=["channel", "group_name", "minimum", "maximum", "largest_change"],
    )
    plan = pd.DataFrame({"channel": ["radio", "search", "video"], "current": [10.0, 60.0, 70.0]})
    limited, groups = plan_limits(plan, limits)
    assert list(limited["largest_change"]) == [0.3, 0.3, 0.1]
    assert list(limited["minimum"].fillna(0)) == [0, 50, 0]
    assert list(limited["maximum"].fillna(-1)) == [-1, -1, 90]
    assert (list(groups["group"]), list(groups["channel"]), list(groups["maximum"])) == (["screens"], ["video"], [80.0])
    assert groups["minimum"].isna().all()


STEADY = [100.0, 110.0, 90.0, 105.0, 95.0] * 6
AWKWARD = {
    "no channel beside it": [],
    "one week": [80.0],
    "all zero": [0.0] * 30,
    "credits among spend": [80.0, -20.0, 60.0] * 10,
    "only credits": [-5.0] * 30,
    "identical": STEADY,
    "tiny": [0.01] * 30,
    "huge": [1e12] * 30,
}
LIMITS = {
    "none": [],
    "of a channel that is not there": [("radio", None, 5.0, 9.0, 0.1)],
    "no room": [("search", None, None, 1.0, None), ("odd", None, None, 1.0, None)],
    "nothing may move": [(None, None, None, None, 0.0)],
    "a group": [("search", "all", None, 99.0, None), ("odd", "all", None, 99.0, None)],
    "a group of nobody": [("radio", "air", 10.0, None, None)],
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
@pytest.mark.parametrize("amounts", AWKWARD.values(), ids=AWKWARD.keys())
def test_awkward_channels_and_limits_have_an_answer_or_a_reason(
    amounts: list[float], limits: list[tuple[object, ...]]
) -> None:
    rows = [("search", week, spend, 3 * spend) for week, spend in enumerate(STEADY)]
    rows += [("odd", week, spend, None) for week, spend in enumerate(amounts)]
    outcomes = pd.DataFrame({"week": range(30), "outcome": [2000.0 + 2 * spend for spend in STEADY]})
    stated = pd.DataFrame(limits, columns=NO_LIMITS.columns).astype({"minimum": float, "maximum": float})
    table = allocation_table(weekly(*rows), outcomes, NO_TESTS, stated, currency="EUR")
    told = table[table["told"] == RECOMMENDATION]
    assert len(told) == 2 * (2 if amounts else 1)
    numbers = ["current_amount", "recommended_amount", "plan_outcome", "plan_gain", "plan_cost", "plan_saving"]
    assert np.isfinite(told[[*numbers, "chance_worse", "plan_gain_low"]].to_numpy(dtype=float)).all()
    assert (told["expected_outcome"].notna() | told["reason"].notna()).all()
    assert not np.isnan(told["expected_outcome"].dropna().to_numpy(dtype=float)).any()
    assert (told[["plan_reason", "plan_action", "action", "reason"]].map(len) > 0).all(axis=None)

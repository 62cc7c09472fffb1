"""Lift tests and the fit are weighed by their errors, and nothing is lost in between."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.attribution import ORGANIC, calibrate

FIT = pd.DataFrame(
    {
        "member": ["email", ORGANIC, "retargeting", "search"],
        "effect": [100.0, 200.0, 300.0, 400.0],
        "effect_error": [10.0, 20.0, 15.0, 20.0],
    }
)
NO_TESTS = {"member": [], "outcome_delta": [], "predicted_delta": [], "standard_error": []}


def dark(**measured: tuple[float, float]) -> pd.DataFrame:
    """Channels switched off: as many conversions lost as measured, with their standard error."""
    effect = FIT.set_index("member")["effect"]
    return pd.DataFrame(
        [(member, -lost, -effect[member], error) for member, (lost, error) in measured.items()],
        columns=["member", "outcome_delta", "predicted_delta", "standard_error"],
    )


def calibrated(tests: pd.DataFrame, **rules: object) -> pd.DataFrame:
    found = calibrate(FIT, tests, **rules).set_index("member")  # type: ignore[arg-type]
    assert found["effect"].sum() == pytest.approx(1000)
    assert found["share"].sum() == pytest.approx(1)
    assert (found["effect"] >= 0).all()
    return found


def test_without_tests_nothing_changes_but_doubt_stays() -> None:
    found = calibrated(pd.DataFrame(NO_TESTS))
    assert found["effect"].tolist() == pytest.approx(FIT["effect"].tolist())
    assert (found["weight"] == 0).all()
    assert found.loc["search", "standard_error"] > 0.1


def test_tests_that_contradict_the_fit_rule_and_what_they_take_becomes_organic() -> None:
    found = calibrated(dark(retargeting=(60, 6), search=(200, 20), email=(90, 9)))
    assert found.loc["retargeting", "effect"] == pytest.approx(60, abs=6)
    assert found.loc["retargeting", "weight"] > 0.9
    assert found.loc["retargeting", "standard_error"] == pytest.approx(0.006, rel=0.15)
    taken = (FIT.set_index("member")["effect"] - found["effect"]).drop(ORGANIC).sum()
    assert found.loc[ORGANIC, "effect"] == pytest.approx(200 + taken)


def test_loose_tests_that_agree_leave_the_fit_in_charge() -> None:
    found = calibrated(dark(retargeting=(270, 60), search=(430, 80), email=(105, 20)))
    assert found.loc["retargeting", "weight"] < 0.5
    assert found.loc["retargeting", "effect"] == pytest.approx(300, abs=15)


def test_a_more_certain_test_counts_for_more() -> None:
    loose, tight = (calibrated(dark(retargeting=(150, error))) for error in (100, 5))
    assert tight.loc["retargeting", "weight"] > loose.loc["retargeting", "weight"]
    assert tight.loc["retargeting", "effect"] < loose.loc["retargeting", "effect"]
    assert tight.loc["retargeting", "standard_error"] < loose.loc["retargeting", "standard_error"]


def test_tests_of_one_member_are_pooled_by_their_errors() -> None:
    both = calibrated(pd.concat([dark(retargeting=(100, 10)), dark(retargeting=(160, 20))]))
    pooled = calibrated(dark(retargeting=(112, np.sqrt(80))))  # weights 4 : 1
    pd.testing.assert_frame_equal(both, pooled)


def test_more_spend_and_less_spend_say_the_same() -> None:
    less = dark(search=(200, 20))
    more = less.assign(outcome_delta=-less["outcome_delta"], predicted_delta=-less["predicted_delta"])
    pd.testing.assert_frame_equal(calibrated(less), calibrated(more))


def test_what_is_taken_may_go_to_the_untested_instead() -> None:
    found = calibrated(dark(retargeting=(30, 3)), residual="members")
    assert found.loc[ORGANIC, "effect"] == pytest.approx(200)
    assert found.loc["search", "effect"] / found.loc["email", "effect"] == pytest.approx(4)
    assert found.loc["search", "effect"] > 400


def test_a_test_that_found_harm_leaves_nothing() -> None:
    assert calibrated(dark(retargeting=(-90, 9), search=(390, 39))).loc["retargeting", "effect"] == 0


def test_more_than_there_is_cannot_be_given() -> None:
    found = calibrated(dark(search=(4000, 40), retargeting=(3000, 30), email=(1000, 10)))
    assert found.loc[ORGANIC, "effect"] == 0
    assert found.loc["search", "effect"] == pytest.approx(500, abs=10)


def test_tests_that_say_nothing_are_refused_and_tests_of_strangers_left_out() -> None:
    with pytest.raises(ValueError, match="standard error above 0"):
        calibrate(FIT, dark(search=(1, 0)))
    with pytest.raises(ValueError, match="predicts no outcome"):
        calibrate(FIT, dark(search=(1, 1)).assign(predicted_delta=0.0))
    stranger = dark(search=(1, 1)).assign(member="radio", predicted_delta=0.0)
    pd.testing.assert_frame_equal(calibrated(stranger), calibrated(pd.DataFrame(NO_TESTS)))

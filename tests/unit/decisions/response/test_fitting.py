"""Fitted curves against planted ones, and series from which nothing can be learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.response import LIFT_TEST, PRIOR, REPORTED_SHAPE, TWO_LEVEL_TEST, Response, fit_response
from tests.support.markets import Market, Scenario, market, no_tests


def fitted(of: Market) -> Response:
    return fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))


def weekly(**channels: tuple[list[float], list[float] | None]) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"channel": name, "week": range(len(spend)), "spend": spend, "reported": reported})
        for name, (spend, reported) in channels.items()
    ]
    return pd.concat(frames).astype({"reported": float})


def sales(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"week": range(len(values)), "outcome": pd.Series(values, dtype=float)})


def one_test(**changes: float) -> pd.DataFrame:
    row = {"channel": "a", "base_spend": 10.0, "spend_delta": -10.0, "weeks": 4, "outcome_delta": -80.0}
    return pd.DataFrame([row | {"standard_error": 4.0} | changes])


def test_levels_of_tested_channels_are_as_tested() -> None:
    """Families that the fit does not assume: every tested level within three errors, most within one and a half."""
    off = []
    for seed in range(6):
        of = market(seed, Scenario(tests="two_level_all"))
        worlds = fitted(of).draws(of.today[:, None])[..., 0]
        off += list(np.abs(worlds.mean(axis=0) / of.outcome(of.today) - 1) / 0.12)
    assert max(off) < 3
    assert np.median(off) < 1


def test_a_test_is_not_outvoted_by_a_hidden_cause() -> None:
    """Sales and spend follow the same hidden season: regression credits twice the truth, a test does not."""
    rng = np.random.default_rng(4)
    hidden = np.repeat(rng.normal(size=33), 4)[:131]
    spend = 100 * np.exp(0.4 * hidden + 0.1 * rng.normal(size=131))
    outcome = 1_000 + 2.0 * spend + 120 * hidden + 20 * rng.normal(size=131)
    assert np.polyfit(spend, outcome, 1)[0] > 4
    series, sold = weekly(a=(list(spend), None)), sales(list(outcome))
    test = one_test(base_spend=100.0, spend_delta=-100.0, weeks=8, outcome_delta=-1_500.0, standard_error=150.0)
    with_test, without = (
        fit_response(series, sold, tests, rng=np.random.default_rng(0)) for tests in (test, no_tests())
    )
    at = np.array([[100.0]])
    assert without.draws(at).mean() > 280
    assert with_test.draws(at).mean() == pytest.approx(200, rel=0.15)


def test_what_backs_each_curve() -> None:
    of = market(3, Scenario(tests="dark_largest"))
    tested = set(of.tests["channel"])
    found = fitted(of)
    assert {name for name, backing in zip(found.channels, found.backing, strict=True) if backing == LIFT_TEST} == tested
    assert set(found.backing) == {LIFT_TEST, REPORTED_SHAPE}
    largest = int(np.argmax(of.today))
    np.testing.assert_allclose(found.tested[largest], [0, of.today[largest]])
    raised = of.tests.assign(spend_delta=-0.5 * of.tests["spend_delta"], outcome_delta=1.0)
    two = fit_response(of.weekly, of.outcomes, pd.concat([of.tests, raised]), rng=np.random.default_rng(0))
    assert two.backing.count(TWO_LEVEL_TEST) == 4
    np.testing.assert_allclose(two.tested[largest], [0, 1.5 * of.today[largest]])
    silent = fit_response(of.weekly.assign(reported=np.nan), of.outcomes, no_tests(), rng=np.random.default_rng(0))
    assert set(silent.backing) == {PRIOR}


def test_the_published_curves() -> None:
    of = market(5)
    table = fitted(of).table(points=21)
    assert len(table) == 10 * 21
    assert (table["low"] <= table["high"]).all()
    first = table.groupby("channel").head(1)
    assert (first[["spend", "outcome", "low", "high"]] == 0).all(axis=None)
    assert np.isfinite(table.select_dtypes("number")).all(axis=None)


def test_the_same_seed_gives_the_same_curves() -> None:
    of = market(2)
    pd.testing.assert_frame_equal(fitted(of).table(), fitted(of).table())


def test_a_channel_never_active_has_a_reason_and_others_a_curve() -> None:
    series = weekly(a=([10.0, 12, 8, 11] * 5, [50.0, 55, 45, 52] * 5), b=([0.0] * 20, None))
    found = fit_response(series, sales([200.0, 210, 190, 205] * 5), no_tests(), rng=np.random.default_rng(0))
    assert found.channels == ["a"]
    assert found.reasons == {"b": "never active: nothing was spent in these weeks"}


@pytest.mark.parametrize("weeks", [0, 1])
def test_hardly_any_weeks(weeks: int) -> None:
    series = weekly(a=([10.0] * weeks, [3.0] * weeks))
    found = fit_response(series, sales([9.0] * weeks), no_tests(), rng=np.random.default_rng(0))
    assert found.backing == [PRIOR] * weeks
    assert np.isfinite(found.table().select_dtypes("number")).all(axis=None)


def test_no_outcome_at_all() -> None:
    found = fit_response(weekly(a=([1.0] * 9, None)), sales([0.0] * 9), no_tests(), rng=np.random.default_rng(0))
    assert found.reasons == {"a": "no outcome in these weeks"}
    assert found.table().empty


def test_credits_and_identical_channels() -> None:
    spend, reported = [10.0, -4, 12, 9, 0, 11] * 6, [30.0, -2, 35, 28, 0, 33] * 6
    series = weekly(a=(spend, reported), b=(spend, reported))
    found = fit_response(series, sales([100.0, 60, 110, 95, 50, 105] * 6), no_tests(), rng=np.random.default_rng(0))
    at = found.draws(np.full((2, 1), 10.0)).mean(axis=0)[:, 0]
    assert np.isfinite(at).all()
    assert at[0] == pytest.approx(at[1], rel=0.25)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"standard_error": 0.0}, "standard error above 0"),
        ({"weeks": 0}, "one week or more"),
        ({"spend_delta": 0.0}, "changes the spend"),
    ],
)  # fmt: skip
def test_tests_that_measured_nothing_are_refused(change: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        fit_response(weekly(a=([1.0] * 9, None)), sales([2.0] * 9), one_test(**change), rng=np.random.default_rng(0))

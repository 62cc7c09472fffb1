"""Intervals, weights, life tables and accuracy, each against an answer worked out another way."""

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.forecasting import forecast
from outlay.decisions.forecasting.backtest import Backtest
from outlay.decisions.forecasting.intervals import LEAST, NONE, OVER_DAYS, OWN, Residuals, bands
from outlay.decisions.forecasting.newcomers import _left, _survival
from outlay.decisions.forecasting.routes import ROUTES
from outlay.decisions.forecasting.shapes import Windowed, weekday_factors
from outlay.decisions.forecasting.stacking import weights
from tests.support.spending import simulate


def before(origins: int, tasks: int) -> np.ndarray:
    """Every origin knows those before it."""
    earlier = np.arange(origins)[:, None] > np.arange(origins)[None, :]
    return np.repeat(earlier[:, :, None], tasks, axis=2)


def test_intervals_hold_as_often_as_they_say_for_any_scale_and_a_skewed_error() -> None:
    rng = np.random.default_rng(3)
    error = np.exp(rng.normal(0, 2, (60, 1, 1))) * np.ones((60, 40, 2))
    residual = (rng.gamma(1.5, 1.0, error.shape) - 1.5) * error
    made = bands(Residuals(residual, error, before(40, 2)), [], 0.80, np.ones(2, dtype=bool))
    late = slice(10, None)
    held = (residual >= made.low)[:, late] & (residual <= made.high)[:, late]
    assert held.mean() == pytest.approx(0.80, abs=0.02)
    assert (made.basis[late] == OWN).all()


def test_intervals_widen_when_errors_grow() -> None:
    """Errors double half-way: without adapting, far fewer than 80 % would hold afterwards."""
    rng = np.random.default_rng(4)
    residual = rng.normal(0, 1, (60, 60, 1)) * np.where(np.arange(60) < 30, 1, 2)[None, :, None]
    made = bands(Residuals(residual, np.ones(residual.shape), before(60, 1)), [], 0.80, np.ones(1, dtype=bool))
    held = ((residual >= made.low) & (residual <= made.high))[:, 40:].mean()
    fixed = (np.abs(residual[:, 40:]) <= np.quantile(np.abs(residual[:, :30]), 0.8)).mean()
    assert fixed < 0.60
    assert held > 0.74


def test_too_few_residuals_are_pooled_over_days_and_then_there_is_no_interval() -> None:
    few = np.ones((5, 15, 3))
    made = bands(Residuals(few, few, before(15, 3)), [], 0.80, np.ones(3, dtype=bool))
    assert (made.basis[:7] == NONE).all()  # at most 6 origins x 5 members x 3 tasks = 90
    assert np.isnan(made.low[:, :7]).all()
    assert (made.basis[7:] == OVER_DAYS).all()  # 7 x 5 x 3 = 105, 35 of them the task's own
    assert LEAST == 100


def test_the_route_that_was_right_gets_the_weight_and_a_series_may_differ() -> None:
    """Route 1 is exact for all but the last series, whose route 2 is exact."""
    series, origins, tasks = 30, 13, 7
    rng = np.random.default_rng(5)
    actual = np.broadcast_to(rng.uniform(50, 150, (series, origins, 1)), (series, origins, tasks)).copy()
    rest = actual[None] * rng.lognormal(0, 0.4, (len(ROUTES), series, origins, tasks))
    rest[1, :-1], rest[2, -1] = actual[:-1], actual[-1]
    scored = np.ones((origins, tasks), dtype=bool)
    scored[-1] = False
    share = np.append(np.arange(6) / 6, 0.4)
    test = Backtest(
        origins=np.arange(origins),
        rest=rest,
        known=np.zeros_like(actual),
        actual=actual,
        scored=scored,
        typical=np.full((series, origins), 100.0),
        lead=np.zeros(tasks, dtype=np.int64),
        share=share,
        days=30,
    )
    now = weights(test)[:, :, -1, -1]
    assert now.sum(axis=0) == pytest.approx(np.ones(series))
    assert (now[1, :-1] > 0.9).all()
    assert now[2, -1] > now[2, :-1].max()
    first = weights(test)[:, :, 0, 0]
    assert np.stack([first[0], first[1], first[2:].sum(axis=0)]) == pytest.approx(np.full((3, series), 1 / 3), abs=1e-5)


def test_life_table_by_hand() -> None:
    """Ten planned lengths of 4 days and ten lives: five ended after 2 days, five run since 6."""
    survival = _survival(np.array([2] * 5 + [6] * 5), np.array([True] * 5 + [False] * 5), np.array([4] * 10))
    assert survival[1] == 1.0
    assert survival[2] == pytest.approx(1 - 5 / 20)  # 5 of 20 at risk end on the second day
    assert survival[4] == pytest.approx((1 - 5 / 20) * (1 - 10 / 15))  # 10 of 15 on the fourth


def test_mean_excess_by_hand() -> None:
    """Of sizes 1, 2 and 3 those above 1.5 spend 0.5 and 1.5 more; two of mean size 2 count beside them."""
    assert _left(np.array([1.0, 2.0, 3.0]), np.array([1.5])) == pytest.approx([(0.5 + 1.5 + 2 * 2.0) / 4])


def test_accuracy_scores_the_last_eight_months_against_what_was_spent() -> None:
    company = simulate(3, channels=8, months=18)
    day = company.periods["start_date"].iloc[15] + pd.Timedelta(days=4)
    known = company.known_on(day.date())
    table = forecast(known.spend, known.flights, known.budgets, company.periods, known.events, day).accuracy
    total = table[table["level"] == "total"].set_index("days_known")
    actual = company.actuals()
    scored = company.periods["period_id"].iloc[7:15]
    spent = actual.loc[actual["period_id"].isin(scored), "actual"].sum()
    assert total["actual"].to_numpy() == pytest.approx(np.full(6, spent), abs=0.05)
    assert list(total.index) == [0, 5, 10, 15, 20, 25]
    assert total["wape_of_channels"].iloc[-1] < total["wape_of_channels"].iloc[0]
    assert (total["wape"] <= total["wape_of_channels"]).all()
    assert (total["wape_of_channels"] < total["baseline_wape_of_channels"]).all()
    one = table[(table["level"] == "channel") & (table["days_known"] == 10)]
    sizes = one["actual"] / one["actual"].sum()
    assert (one["wape"] * sizes).sum() == pytest.approx(total.loc[10, "wape_of_channels"], abs=1e-5)


def test_series_that_spend_on_one_weekday_each_have_no_weekday_in_common() -> None:
    """Four weeks, three series: the median of all is nothing on every day, and each keeps a shape of its own."""
    weekday = np.arange(28) % 7
    spend = np.stack([np.where(weekday == own, 70.0, 0.0) for own in range(3)])
    factors = weekday_factors(Windowed(spend, np.ones(spend.shape, dtype=bool), weekday, np.zeros(28, dtype=np.int64)))
    np.testing.assert_allclose(factors.mean(axis=1), 1)
    assert factors.argmax(axis=1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(factors[0, 1:], factors[0, 1])

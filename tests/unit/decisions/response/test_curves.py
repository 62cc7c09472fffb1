"""Carry-over and saturation, against sums and slopes worked out by hand or by differences."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.decisions.response.curves import Floats, Shape, built_up, carry, hill, outcomes


def shape(level: float = 0.0, half: float = 0.0, slope: float = 0.0, keep: float = 0.0, late: float = -30.0) -> Shape:
    one = np.ones((1, 1))
    return Shape(level * one, half * one, slope * one, keep * one, np.array([[late, -30.0]]))


def test_a_hill_curve_by_hand() -> None:
    """Half of all is won at twice the reference, squared: h(1) = 1/5, h(2) = 1/2, h(4) = 4/5."""
    curve = hill(shape(level=np.log(10), half=np.log(2), slope=np.log(2)), np.array([[1.0, 2.0, 4.0]]))
    np.testing.assert_allclose(curve.outcome[0], [10, 25, 40])
    # d log h / d log spend = slope * (1 - h)
    np.testing.assert_allclose(curve.by_log_spend[0], [2 * 0.8, 2 * 0.5, 2 * 0.2])


def test_nothing_spent_brings_nothing() -> None:
    np.testing.assert_array_equal(outcomes(shape(), np.array([[0.0, 1.0]]))[0], [0.0, 1.0])


def test_slopes_are_differences() -> None:
    spend, step = np.array([[0.3, 1.0, 2.5]]), 1e-6
    curve = hill(shape(half=0.4, slope=0.3), spend)

    def by(half: float, slope: float) -> Floats:
        return np.log(hill(shape(half=half, slope=slope), spend).outcome)

    np.testing.assert_allclose(curve.by_log_half, (by(0.4 + step, 0.3) - by(0.4 - step, 0.3)) / (2 * step), rtol=1e-5)
    np.testing.assert_allclose(curve.by_log_slope, (by(0.4, 0.3 + step) - by(0.4, 0.3 - step)) / (2 * step), rtol=1e-5)


def test_half_of_a_week_is_kept() -> None:
    """keep = 1/2 after four weeks of nothing: 1 is carried as 1/2, 1/4, 1/8."""
    spend = np.array([[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    carried, _ = carry(spend, shape())
    np.testing.assert_allclose(carried[0, 4:], [0.5, 0.25, 0.125])


def test_a_delay_moves_half_of_it_a_week_on() -> None:
    spend = np.array([[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    carried, _ = carry(spend, shape(late=0.0))
    np.testing.assert_allclose(carried[0, 4:], [0.25, 0.375, 0.1875])


def test_a_steady_spend_is_carried_as_itself() -> None:
    carried, _ = carry(np.full((1, 9), 3.0), shape(keep=1.0, late=0.5))
    np.testing.assert_allclose(carried, 3.0)


def test_what_builds_up_is_what_a_step_carries() -> None:
    reached, _ = built_up(shape(), 3)
    np.testing.assert_allclose(reached[0], [0.5, 0.75, 0.875])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_slopes_of_carried_spend_are_differences(place: int) -> None:
    spend = np.random.default_rng(1).lognormal(size=(1, 20))
    base, step = np.array([0.3, -0.4, -0.9]), 1e-6

    def of(values: Floats) -> Floats:
        return carry(spend, Shape(*np.zeros((3, 1, 1)), values[None, :1], values[None, 1:]))[0]

    moved = step * (np.arange(3) == place)
    _, slopes = carry(spend, Shape(*np.zeros((3, 1, 1)), base[None, :1], base[None, 1:]))
    np.testing.assert_allclose(slopes[..., place], (of(base + moved) - of(base - moved)) / (2 * step), atol=1e-7)

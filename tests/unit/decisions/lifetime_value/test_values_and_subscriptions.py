"""Gamma-Gamma and shifted beta-geometric against published figures and planted parameters."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.decisions.lifetime_value.purchase_values import PurchaseValues, fit_purchase_values, log_likelihood
from outlay.decisions.lifetime_value.subscriptions import fit_subscriptions

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


@pytest.mark.parametrize(
    ("subscribed", "alpha", "beta", "value"), [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)]
)
def test_published_subscribers(subscribed: list[int], alpha: float, beta: float, value: float) -> None:
    """Fader and Hardie 2007, table 1 and section 3: seven renewals of a thousand subscribers."""
    known = np.array(subscribed, dtype=float)
    found = fit_subscriptions(-np.diff(known), np.append(np.zeros(7), known[-1]))
    assert (round(found.alpha, 3), round(found.beta, 3), round(found.log_likelihood, 1)) == (alpha, beta, value)


def test_published_subscribers_in_years_that_were_not_fitted() -> None:
    """39.4 % and 17.3 % were left after twelve years; the paper's projections are within a point or two of it."""
    for subscribed, after_twelve in ((HIGH_END, 0.394), (REGULAR, 0.173)):
        known = np.array(subscribed, dtype=float)
        found = fit_subscriptions(-np.diff(known), np.append(np.zeros(7), known[-1]))
        assert found.survival(np.array([12.0]))[0] == pytest.approx(after_twelve, abs=0.02)
        further = found.further(np.array([7.0]), np.array([5.0]))[0, 0]
        assert found.survival(np.array([7.0]))[0] * further == pytest.approx(found.survival(np.array([12.0]))[0])


def test_no_renewal_yet() -> None:
    with pytest.raises(ValueError, match="no subscriber has met a renewal"):
        fit_subscriptions(np.zeros(1), np.array([500.0]))


def test_planted_values_are_found_again() -> None:
    """The published CDNOW values p 6.25, q 3.74, v 15.44, drawn from."""
    rng = np.random.default_rng(1)
    rates, counts = rng.gamma(3.74, 1 / 15.44, 20_000), rng.integers(1, 8, 20_000).astype(float)
    found = fit_purchase_values(counts, rng.gamma(6.25 * counts, 1 / (rates * counts)))
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), rel=0.08)
    assert found.mean == pytest.approx(6.25 * 15.44 / 2.74, rel=0.03)


def test_slopes_of_the_value_likelihood_are_differences() -> None:
    rng = np.random.default_rng(2)
    counts, means, at = rng.integers(1, 5, 50).astype(float), rng.lognormal(3, 0.5, 50), np.array([6.25, 3.74, 15.44])
    _, slopes = log_likelihood(at, counts, means)
    for place in range(3):
        step = 1e-6 * (np.arange(3) == place)
        apart = log_likelihood(at + step, counts, means)[0] - log_likelihood(at - step, counts, means)[0]
        assert slopes[place] == pytest.approx(apart / 2e-6, rel=1e-5)


def test_a_mean_is_between_ones_own_and_that_of_all() -> None:
    """p v / (q - 1) = 20 for all; after one purchase of 60: 2 * (30 + 60) / (2 + 3) = 36, and ever nearer to 60."""
    model = PurchaseValues(2.0, 4.0, 30.0, 0.0)
    values = model.expected(np.array([0.0, 1.0, 1_000.0]), np.array([0.0, 60.0, 60.0]))
    assert values == pytest.approx([20, 36, 60], rel=2e-3)


def test_nothing_of_worth() -> None:
    with pytest.raises(ValueError, match="no purchase is worth anything"):
        fit_purchase_values(np.array([1.0, 2.0]), np.zeros(2))

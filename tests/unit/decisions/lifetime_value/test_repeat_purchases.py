"""BG/NBD against its published formula and figures."""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import pytest
from scipy.special import hyp2f1

from outlay.decisions.lifetime_value.repeat_purchases import RepeatPurchases, fit_repeat_purchases, log_likelihood
from tests.support.customers import CDNOW, bgnbd_customers


def arrays(*customers: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.array(customers, dtype=float).T)  # type: ignore[return-value]


def by_hand(x: int, last: float, age: float) -> float:
    """Equation 6 of Fader, Hardie and Lee (2005), term by term: B(a, b + x) / B(a, b) * ... + ..."""
    r, alpha, a, b = CDNOW

    def log_beta(one: float, other: float) -> float:
        return lgamma(one) + lgamma(other) - lgamma(one + other)

    rate = lgamma(r + x) - lgamma(r) + r * log(alpha)
    alive = np.exp(log_beta(a, b + x) - log_beta(a, b) + rate - (r + x) * log(alpha + age))
    if not x:
        return float(np.log(alive))
    gone = np.exp(log_beta(a + 1, b + x - 1) - log_beta(a, b) + rate - (r + x) * log(alpha + last))
    return float(np.log(alive + gone))


@pytest.mark.parametrize(
    "customer", [(2, 30.43, 38.86), (1, 1.71, 38.86), (0, 0.0, 38.86), (7, 29.43, 38.86), (1, 5.0, 5.0)]
)
def test_the_likelihood_of_customers_by_hand(customer: tuple[int, float, float]) -> None:
    value, _ = log_likelihood(np.array(CDNOW), *arrays(customer))
    assert value == pytest.approx(by_hand(*customer), rel=1e-12)


def test_the_slopes_are_differences() -> None:
    told, at = bgnbd_customers(300, seed=1), np.array(CDNOW)
    _, slopes = log_likelihood(at, *told)
    for place in range(4):
        step = 1e-6 * (np.arange(4) == place)
        apart = log_likelihood(at + step, *told)[0] - log_likelihood(at - step, *told)[0]
        assert slopes[place] == pytest.approx(apart / 2e-6, rel=1e-5)


def test_the_published_customer_buys_1_226_times_in_the_next_39_weeks() -> None:
    """x = 2, t_x = 30.43, T = 38.86: the worked example of Fader, Hardie and Lee's note on the spreadsheet."""
    model = RepeatPurchases(*CDNOW, log_likelihood=0.0)
    assert model.expected(*arrays((2, 30.43, 38.86)), np.array([39.0]))[0, 0] == pytest.approx(1.226, abs=5e-4)


def test_expected_purchases_are_those_of_simulated_customers() -> None:
    """Customers known at 60 % of their age, and what they buy until its end."""
    rng = np.random.default_rng(3)
    model = RepeatPurchases(1.2, 6.0, 0.7, 2.0, 0.0)
    people, until, ahead = 200_000, 20.0, 15.0
    rate, leaving = rng.gamma(1.2, 1 / 6.0, people), rng.beta(0.7, 2.0, people)
    frequency, recency, later, clock = np.zeros((4, people))
    alive = np.ones(people, dtype=bool)
    while alive.any():
        clock = clock + rng.exponential(1 / rate)
        alive &= clock < until + ahead
        seen = alive & (clock <= until)
        frequency[seen] += 1
        recency[seen] = clock[seen]
        later += alive & ~seen
        alive &= rng.random(people) > leaving
    expected = model.expected(frequency, recency, np.full(people, until), np.array([ahead]))[:, 0]
    for count in range(4):
        own = frequency == count
        assert expected[own].mean() == pytest.approx(later[own].mean(), rel=0.03)


def test_planted_parameters_are_found_again() -> None:
    """The published estimates from customers drawn with them, ten times the published number: within three errors."""
    found = fit_repeat_purchases(*bgnbd_customers(23_570, seed=2))
    errors = np.array([0.0126, 0.378, 0.186, 0.705]) / np.sqrt(10)  # scatter of fits to 2,357 customers
    assert (np.abs(np.array([found.r, found.alpha, found.a, found.b]) - CDNOW) < 3 * errors).all()


def test_the_unit_of_time_does_not_matter() -> None:
    frequency, recency, age = bgnbd_customers(3_000, seed=5)
    weeks, days = fit_repeat_purchases(frequency, recency, age), fit_repeat_purchases(frequency, 7 * recency, 7 * age)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-3)
    assert days.r == pytest.approx(weeks.r, rel=1e-3)


@pytest.mark.parametrize("a", [0.5, 1.0, 1.0 + 1e-9, 3.0])
def test_expected_purchases_stay_finite(a: float) -> None:
    model = RepeatPurchases(0.3, 5.0, a, 2.0, 0.0)
    told = arrays((0, 0, 1), (1, 1, 1), (400, 99, 100), (3, 0.5, 900))
    expected = model.expected(*told, np.array([0.0, 1.0, 500.0]))
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(expected[:, 0], 0, atol=1e-6)
    assert (np.diff(expected, axis=1) >= 0).all()


def test_nobody_bought_twice() -> None:
    with pytest.raises(ValueError, match="nobody bought twice"):
        fit_repeat_purchases(np.zeros(10_000), np.zeros(10_000), np.linspace(1, 300, 10_000))


@pytest.mark.parametrize(("a", "b"), [(22_000.0, 50_000.0), (22_000.0, 0.5), (3_000.0, 22_026.0)])
def test_customers_who_are_all_alike_are_foreseen_by_the_published_formula(a: float, b: float) -> None:
    """Equation 10 as it is printed, which stands where its transformation overflows."""
    model = RepeatPurchases(r=0.3, alpha=10.0, a=a, b=b, log_likelihood=0.0)
    x, last, age = np.array([0.0, 3.0, 50.0]), np.array([0.0, 200.0, 700.0]), np.array([300.0, 700.0, 720.0])
    ahead = np.array([30.0, 360.0, 1080.0])
    part = ahead / (10.0 + age[:, None] + ahead)
    many = x[:, None]
    rest = (1 - part) ** (0.3 + many) * hyp2f1(0.3 + many, b + many, a + b + many - 1, part)
    printed = (a + b + many - 1) / (a - 1) * (1 - rest) * model.alive(x, last, age)[:, None]
    np.testing.assert_allclose(model.expected(x, last, age, ahead), printed, rtol=1e-5)


def test_the_mean_over_quantiles_is_the_formula() -> None:
    model = RepeatPurchases(r=0.243, alpha=4.414, a=0.793, b=2.426, log_likelihood=0.0)
    x, age, ahead = np.array([0.0, 2.0, 7.0]), np.array([10.0, 30.0, 39.0]), np.array([4.0, 39.0])
    alive = model.alive(x, age, age)[:, None]
    np.testing.assert_allclose(
        model._by_quantiles(x[:, None], age[:, None], ahead), model.expected(x, age, age, ahead) / alive, rtol=2e-4
    )

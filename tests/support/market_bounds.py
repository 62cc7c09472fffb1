"""The most that a market's data allow: the plan of one who knows everything but how much each channel brings.

Told are the family and parameters of every curve, every carry-over, the sales without marketing in each week, the size
of all noise, the mean and spread of the platforms' biases and how they change with spend, and how levels were drawn.
Unknown is one number a channel, its level, and of that there are the same tests, reports and sales as the fit sees.
What is best on average is then decided by the mean of each level, here taken by importance sampling. No fit that has to
find the rest as well can expect to decide better.

One who is `learning` is told less, though still more than any fit: every curve but its level and every carry-over, but
neither the sales without marketing, nor what the platforms' biases have in common, nor what the levels do.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from outlay.decisions.response.posterior import baseline_columns
from tests.support.markets import COMMON_BIAS, REPORT_NOISE, SALES, Floats, Market, slope_of

_DRAWS = 4_000
_STEPS = 30
_FREEDOM = 5.0  # of the Student t that is sampled: its tails cover those of the posterior
_UNKNOWN_BASE, _UNKNOWN_BIAS, _UNKNOWN_LEVEL = 0.5, 0.3, 1.0  # spreads of what one who is learning is not told


def informed(of: Market, budget: float, seed: int = 0, *, learning: bool = False) -> Floats:
    """The spends of that budget that such a one expects to bring the most, (channels,)."""
    return of.best_if(believed(of, seed, learning=learning), budget)


def believed(of: Market, seed: int = 0, *, learning: bool = False) -> Floats:
    """The mean of each level given tests, reports and sales, as a multiple of what it is, (channels,)."""
    design, wanted = _observations(of, learning)
    count = len(of.today)
    logs = np.zeros(count)
    for _ in range(_STEPS):
        levels = np.exp(logs)
        slopes = np.vstack([design[0] * levels, design[1]])
        off = np.concatenate([design[0] @ levels, design[1] @ logs]) - wanted
        information = slopes.T @ slopes
        logs = logs - np.linalg.solve(information, slopes.T @ off)
    rng = np.random.default_rng(seed)
    factor = np.linalg.cholesky(information)
    normal = rng.standard_normal((_DRAWS, count))
    stretched = normal * np.sqrt(_FREEDOM / rng.chisquare(_FREEDOM, (_DRAWS, 1)))
    draws = logs + linalg.solve_triangular(factor.T, stretched.T).T
    off = np.hstack([np.exp(draws) @ design[0].T, draws @ design[1].T]) - wanted
    weight = -0.5 * (off**2).sum(axis=1)
    weight += 0.5 * (_FREEDOM + count) * np.log1p((stretched**2).sum(axis=1) / _FREEDOM)
    weight = np.exp(weight - weight.max())
    result: Floats = weight @ np.exp(draws) / weight.sum()
    return result


def _observations(of: Market, learning: bool) -> tuple[tuple[Floats, Floats], Floats]:
    """Rows in standard deviations: linear in the levels (sales, tests), linear in their logarithms (reports, prior)."""
    scenario, count = of.scenario, len(of.today)
    caused = of.outcome(of.carried)
    outcome = of.outcomes["outcome"].to_numpy()
    noise = scenario.noise * (of.base + caused.sum(axis=0))
    tests = of.tests
    error = tests["standard_error"].to_numpy(dtype=float)
    tested = np.zeros((len(tests), count))
    tested[np.arange(len(tests)), [of.channels.index(name) for name in tests["channel"]]] = of.lifted / error
    measured = tests["outcome_delta"].to_numpy(dtype=float) / error
    # A hundred reports agree on a channel's level but for its bias, whose spread is known.
    spread = np.full(count, np.hypot(scenario.bias, REPORT_NOISE / np.sqrt(scenario.weeks)))
    slopes = np.array([slope_of(name, at) for name, at in zip(of.family, of.today / of.half, strict=True)])
    drawn = np.log(of.scale * slopes / of.half)
    # Levels were drawn about a common mean, which here is that of the true ones.
    apart = np.full(count, max(scenario.apart, 1e-3))
    one = np.ones((count, 1))
    base = SALES * baseline_columns(scenario.weeks)
    sales, sold = _weighed(caused.T, outcome - of.base, noise, learning * _UNKNOWN_BASE * base)
    reports, reported = _weighed(np.eye(count), np.log(of.bias) - COMMON_BIAS, spread, learning * _UNKNOWN_BIAS * one)
    prior, expected = _weighed(np.eye(count), drawn.mean() - drawn, apart, learning * _UNKNOWN_LEVEL * one)
    return (
        (np.vstack([sales, tested]), np.vstack([reports, prior])),
        np.concatenate([sold, measured, reported, expected]),
    )


def _weighed(design: Floats, wanted: Floats, spread: Floats, shared: Floats) -> tuple[Floats, Floats]:
    """Rows in standard deviations: each has its own `spread` (rows,), and they are off together by what is unknown,
    `shared` (rows, unknowns) for one standard deviation of each."""
    factor = np.linalg.cholesky(np.diag(spread**2) + shared @ shared.T)
    return linalg.solve_triangular(factor, design, lower=True), linalg.solve_triangular(factor, wanted, lower=True)

"""Simulated markets with planted response curves, of families that the fit does not assume.

Each channel's curve is one of: exponential saturation, logarithm, power, Gompertz (S-shaped), Weibull. Carry-over is
delayed (its peak one or two weeks after the spend) or geometric. Spend moves in an autocorrelated way, rises with the
season that also lifts sales by itself, and some channels are switched off for weeks. Platforms report with a bias of
their own and, in some scenarios, one that grows with spend.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.allocation.optimiser import most_value

Floats = NDArray[np.float64]
Tests = Literal["none", "dark_largest", "two_level_largest", "dark_all", "two_level_all"]

FAMILIES = ("exponential", "logarithm", "power", "gompertz", "weibull")
ASSUMED = ("hill",)  # the fit's own family: what costs nothing but noise
_LAGS = 13
_TEST_WEEKS = 6
SALES = 10_000  # a week
COMMON_BIAS = 0.1  # mean of its logarithm
REPORT_NOISE = 0.08  # of a week's report, standard deviation of its logarithm


@dataclass(frozen=True)
class Scenario:
    """What a market is like. `apart`: how far its mix is from the ideal: standard deviation of log marginal outcome."""

    channels: int = 10
    weeks: int = 104
    apart: float = 0.6
    variation: float = 0.35
    noise: float = 0.05
    media: float = 0.6
    bias: float = 0.35
    bias_slope: tuple[float, float] = (0.0, 0.0)
    tests: Tests = "dark_largest"
    test_error: float = 0.12
    low: float = 0.5
    high: float = 1.5
    families: tuple[str, ...] = FAMILIES
    delayed: bool = True


@dataclass(frozen=True)
class Market:
    """`weekly`, `outcomes` and `tests` as `fit_response` takes them; `today`: weekly spend by channel, (channels,).

    The rest is planted: curves by channel, the platforms' bias, sales without marketing (weeks,), what is carried of
    the spend (channels, weeks), and what the tests would have measured without error (tests,).
    """

    scenario: Scenario
    weekly: pd.DataFrame
    outcomes: pd.DataFrame
    tests: pd.DataFrame
    today: Floats
    family: list[str]
    scale: Floats
    half: Floats
    bias: Floats
    base: Floats
    carried: Floats
    lifted: Floats

    @property
    def channels(self) -> list[str]:
        """In order of `today`."""
        return [f"channel_{place:02d}" for place in range(len(self.today))]

    def outcome(self, spend: Floats) -> Floats:
        """True steady outcome by channel, of the shape of `spend`: (channels,) or (channels, points)."""
        half, scale = (self.half, self.scale) if spend.ndim == 1 else (self.half[:, None], self.scale[:, None])
        relative = spend / half
        return scale * np.stack([_curve(name, relative[place]) for place, name in enumerate(self.family)])

    def best(self, budget: float, points: int = 2001) -> Floats:
        """The oracle's spend of that budget within the scenario's limits: what knowing the truth would allow."""
        return self.best_if(np.ones(len(self.today)), budget, points)

    def best_if(self, levels: Floats, budget: float, points: int = 2001) -> Floats:
        """The same for one who takes the channels' outcomes for so many times what they are, (channels,)."""
        grid = np.linspace(self.scenario.low * self.today, self.scenario.high * self.today, points, axis=1)
        found = most_value(grid, levels[:, None] * self.outcome(grid), budget)
        assert found is not None
        return found


def market(seed: int, scenario: Scenario | None = None) -> Market:
    """One market of the scenario."""
    of = scenario or Scenario()
    rng = np.random.default_rng(seed)
    family = [of.families[place] for place in rng.integers(0, len(of.families), of.channels)]
    today = (10_000 * rng.lognormal(0, 1.0, of.channels)).round(2)
    half = today * rng.lognormal(0, 0.35, of.channels)
    slope = np.array([slope_of(name, at) for name, at in zip(family, today / half, strict=True)])
    # Were the mix not apart, a unit more of spend would bring the same everywhere.
    scale = rng.lognormal(0, of.apart, of.channels) * half / slope
    none = np.zeros(0)
    bare = Market(
        of, pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), today, family, scale, half, none, none, none, none
    )  # fmt: skip
    media = bare.outcome(today).sum()
    unit = SALES * of.media / media
    bare = replace(bare, scale=scale * unit)
    return _observed(bare, rng)


def _observed(bare: Market, rng: np.random.Generator) -> Market:
    of = bare.scenario
    carry = np.stack([_kernel(rng, of.delayed) for _ in range(of.channels)])
    season = 0.15 * np.sin(2 * np.pi * (np.arange(of.weeks) + rng.uniform(0, 52)) / 52.18)
    season += 0.25 * np.isin(np.arange(of.weeks) % 52, [46, 47, 50])
    spend = bare.today[:, None] * _wandering(rng, of) * np.exp(rng.uniform(0, 1.0, (of.channels, 1)) * season)
    carried = _carried(spend, carry)
    caused = bare.outcome(carried)
    base = SALES * (1 - of.media) * (1 + season + 0.1 * np.arange(of.weeks) / 52)
    outcome = (base + caused.sum(axis=0)) * (1 + of.noise * rng.standard_normal(of.weeks))
    bias = np.exp(COMMON_BIAS + of.bias * rng.standard_normal((of.channels, 1)))
    slope = of.bias_slope[0] + of.bias_slope[1] * rng.standard_normal((of.channels, 1))
    relative = np.maximum(carried / bare.today[:, None], 1e-9)
    reported = caused * bias * relative**slope * np.exp(REPORT_NOISE * rng.standard_normal(caused.shape))
    weekly = pd.DataFrame(
        {
            "channel": np.repeat(bare.channels, of.weeks),
            "week": np.tile(np.arange(of.weeks), of.channels),
            "spend": spend.ravel(),
            "reported": reported.ravel(),
        }
    )
    outcomes = pd.DataFrame({"week": np.arange(of.weeks), "outcome": outcome})
    tests, lifted = _tests(bare, carry, rng)
    return replace(
        bare, weekly=weekly, outcomes=outcomes, tests=tests, bias=bias[:, 0], base=base, carried=carried, lifted=lifted
    )


def _tests(bare: Market, carry: Floats, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    """Unbiased tests of six weeks, one goes dark, one spends half as much again; and what they would have measured
    without error."""
    of = bare.scenario
    kind = of.tests.removesuffix("_largest").removesuffix("_all")
    largest = np.argsort(-bare.today)[: 4 if of.tests.endswith("largest") else None]
    changes = {"none": (), "dark": (-1.0,), "two_level": (-1.0, 0.5)}[kind]
    rows, lifted = [], []
    for place in largest:
        for change in changes:
            series = np.tile(bare.today[:, None], (1, _LAGS + _TEST_WEEKS))
            series[place, _LAGS:] *= 1 + change
            through = bare.outcome(_carried(series, carry))[place, _LAGS:] - bare.outcome(bare.today)[place]
            error = of.test_error * abs(through.sum())
            lifted.append(through.sum())
            rows.append(
                (bare.channels[place], bare.today[place], change * bare.today[place], _TEST_WEEKS,
                 through.sum() + error * rng.standard_normal(), error)
            )  # fmt: skip
    names = ["channel", "base_spend", "spend_delta", "weeks", "outcome_delta", "standard_error"]
    tests = pd.DataFrame(rows, columns=names).astype({"weeks": int}) if rows else no_tests()
    return tests, np.array(lifted)


def no_tests() -> pd.DataFrame:
    """Tests, of which there is none."""
    columns = {"channel": str, "base_spend": float, "spend_delta": float, "weeks": int, "outcome_delta": float}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in (columns | {"standard_error": float}).items()})


def _curve(family: str, relative: Floats | float) -> Floats:
    x = np.asarray(relative, dtype=float)
    if family == "exponential":
        return 1 - np.exp(-x)
    if family == "logarithm":
        return np.log1p(2 * x)
    if family == "power":
        return np.power(x, 0.55)
    if family == "hill":
        return np.power(x, 1.3) / (1 + np.power(x, 1.3))
    if family == "gompertz":
        return np.exp(-3 * np.exp(-1.6 * x)) - np.exp(-3)
    return 1 - np.exp(-np.power(x, 1.4))


def slope_of(family: str, relative: float) -> float:
    step = 1e-4 * relative
    return float((_curve(family, relative + step) - _curve(family, relative - step)) / (2 * step))


def _kernel(rng: np.random.Generator, delayed: bool) -> Floats:
    """Weights of the spend of this and past weeks; they sum to 1."""
    keep, delay = rng.uniform(0.2, 0.65), delayed * rng.choice([0.0, 1.0, 2.0])
    lags = np.arange(_LAGS)
    weights = keep ** (np.abs(lags - delay) ** (2.0 if delay else 1.0))
    return weights / weights.sum()


def _carried(spend: Floats, carry: Floats) -> Floats:
    padded = np.hstack([np.repeat(spend[:, :1], _LAGS - 1, axis=1), spend])
    return np.stack([np.convolve(row, kernel, "valid") for row, kernel in zip(padded, carry, strict=True)])


def _wandering(rng: np.random.Generator, of: Scenario) -> Floats:
    """Autocorrelated factors about 1, (channels, weeks); three of ten channels are dark for some weeks."""
    shocks = rng.standard_normal((of.channels, of.weeks))
    steps = np.empty_like(shocks)
    steps[:, 0] = shocks[:, 0]
    for week in range(1, of.weeks):
        steps[:, week] = 0.7 * steps[:, week - 1] + np.sqrt(1 - 0.49) * shocks[:, week]
    factors = np.exp(of.variation * steps)
    for place in np.flatnonzero(rng.random(of.channels) < 0.3):
        for start in rng.integers(0, of.weeks, 3):
            factors[place, start : start + 4] = 0.0
    return factors

"""Intervals of totals that held in the back-test: adaptive conformal prediction.

Each residual is divided by the error to be expected of its series and task; the quantiles of what came before give the
interval, and the level of the quantiles follows the share that fell outside (Gibbs and Candes, Adaptive conformal
inference under distribution shift, 2021). Fewer than LEAST residuals are pooled: over the days known, then over the
levels; if that is still fewer, there is no interval, and `basis` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints

LEAST = 100
OWN, OVER_DAYS, OVER_LEVELS, NONE = 0, 1, 2, 3
BASES = (
    "residuals with as many days known",
    "residuals pooled over days known",
    "residuals pooled over days known, channels and totals",
    f"fewer than {LEAST} residuals",
)
_RATE = 0.15  # by which the level follows the misses
_PRIOR_PERIODS = 4.0


@dataclass(frozen=True)
class Residuals:
    """Of one level: `residual`, `error` (the expected size; 0 where there is none): (members, origins, tasks).

    `before`: (origins asked, origins, tasks), which may be known when one is asked.
    """

    residual: Floats
    error: Floats
    before: Flags

    def standard(self) -> Floats:
        """residual / error; NaN where no error can be told."""
        empty = np.full(self.residual.shape, np.nan)
        np.divide(self.residual, self.error, out=empty, where=self.error > 0)
        return empty


@dataclass(frozen=True)
class Bands:
    """Below and above the forecast: (members, origins, tasks), NaN where there is none; `basis`: (origins, tasks)."""

    low: Floats
    high: Floats
    basis: Ints


def expected_errors(residual: Floats, typical: Floats, before: Flags) -> Floats:
    """The size of error to be expected at each origin from those before it, (series, origins, tasks).

    A series' own mean absolute error, as a part of its typical period, counts against that of all.
    """
    scale = np.divide(1.0, typical, out=np.zeros_like(typical), where=typical > 0)
    part = np.abs(residual) * scale[:, :, None]
    sums = np.einsum("sot,aot->sat", part, before.astype(float), optimize=True)
    count = np.einsum("so,aot->sat", (scale > 0).astype(float), before.astype(float), optimize=True)
    pooled = np.divide(sums.sum(axis=0), count.sum(axis=0), out=np.zeros(sums.shape[1:]), where=count.sum(axis=0) > 0)
    result: Floats = (sums + _PRIOR_PERIODS * pooled) / (count + _PRIOR_PERIODS) * typical[:, :, None]
    return result


def bands(level: Residuals, others: list[Residuals], coverage: float, pooled_tasks: Flags) -> Bands:
    """Intervals at every origin for members of `level`; `others` are the levels to pool with, `pooled_tasks` the tasks.

    The current origin is the last one.
    """
    origins, tasks = level.residual.shape[1:]
    standard = level.standard()
    rest = [other.standard() for other in others]
    low, high = np.full(standard.shape, np.nan), np.full(standard.shape, np.nan)
    basis = np.full((origins, tasks), NONE)
    outside = np.full(tasks, 1 - coverage)
    for asked in range(origins):
        before = level.before[asked]
        for task in range(tasks):
            found, basis[asked, task] = _sample(standard, rest, before, task, pooled_tasks)
            if not len(found):
                continue
            lower, upper = _quantiles(found, outside[task])
            low[:, asked, task] = lower * level.error[:, asked, task]
            high[:, asked, task] = upper * level.error[:, asked, task]
        outside = _followed(outside, level, low[:, asked], high[:, asked], asked, 1 - coverage)
    return Bands(low, high, basis)


def _sample(standard: Floats, rest: list[Floats], before: Flags, task: int, pooled: Flags) -> tuple[Floats, int]:
    """The residuals that count, and on which basis."""
    found = _known(standard[:, before[:, task], task])
    if len(found) >= LEAST:
        return found, OWN
    wide = before & pooled[None, :]
    wide[:, task] = before[:, task]
    found = _known(standard[:, wide])
    if len(found) >= LEAST:
        return found, OVER_DAYS
    found = np.concatenate([found, *(_known(other[:, wide]) for other in rest)])
    return (found, OVER_LEVELS) if len(found) >= LEAST else (np.zeros(0), NONE)


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _quantiles(found: Floats, outside: float) -> tuple[float, float]:
    """Half of what may fall outside on either side, with the sample's own size allowed for."""
    part = min(outside / 2 * (1 - 1 / len(found)), 0.5)
    lower, upper = np.quantile(found, [part, 1 - part])
    return float(lower), float(upper)


def _followed(outside: Floats, level: Residuals, low: Floats, high: Floats, asked: int, goal: float) -> Floats:
    """The level after this origin's misses; `low` and `high`: (members, tasks)."""
    residual, told = level.residual[:, asked], ~np.isnan(low)
    told &= level.error[:, asked] > 0
    missed = told & ((residual < low) | (residual > high))
    count = told.sum(axis=0)
    share = np.divide(missed.sum(axis=0), count, out=np.full(len(outside), goal), where=count > 0)
    scored = level.before[-1, asked]
    return np.clip(outside + _RATE * np.where(scored, goal - share, 0.0), 0.02, 0.6)

"""How much each route counts: weights by task and series, from what the routes would have cost so far.

Candidates are all mixtures in thirds. A series' loss of a mixture is its mean absolute error in the back-test, as a
part of what its periods come to; what all series lost on the mean counts for as much as so many periods of its own, and
the mixtures count by how close they come to the best (exponential weights). The result is drawn to the pooled winner,
and to even weights where few periods stand behind it. Nothing later than the origin's evening enters.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from outlay.decisions.forecasting.arrays import Floats
from outlay.decisions.forecasting.backtest import Backtest
from outlay.decisions.forecasting.routes import ROUTES

_STEPS = 3
MIXTURES: Floats = (
    np.array([mix for mix in product(range(_STEPS + 1), repeat=len(ROUTES)) if sum(mix) == _STEPS]) / _STEPS
)
_READINGS = sum(name.startswith("budget") for name in ROUTES)
EVEN: Floats = np.array([1 / 3 / (_READINGS if name.startswith("budget") else 1) for name in ROUTES])
_PRIOR_PERIODS = 12.0  # of the pool's loss against a series' own
_TO_WINNER = 0.2
_TEMPERATURE = 0.005  # of the best loss: what is this much worse counts for 1/e
_EVEN_PERIODS = 0.5
_DECAY = 0.9  # a period


def losses(test: Backtest) -> NDArray[np.float32]:
    """Absolute error of every mixture over the typical size of a period, (tasks, origins, mixtures, series)."""
    rest = test.actual - test.known
    scale = np.divide(1.0, test.typical, out=np.zeros_like(test.typical), where=test.typical > 0)
    series, origins, tasks = rest.shape
    result = np.zeros((tasks, origins, len(MIXTURES), series), dtype=np.float32)
    mixtures, routes = MIXTURES.astype(np.float32), test.rest.astype(np.float32)
    for task, origin in np.argwhere(test.scored.T):
        said = result[task, origin]
        np.matmul(mixtures, routes[:, :, origin, task], out=said)
        said -= rest[:, origin, task].astype(np.float32)
        np.abs(said, out=said)
        said *= scale[:, origin].astype(np.float32)
    return result


def weights(test: Backtest) -> Floats:
    """Weights of the routes, (routes, series, origins, tasks): each origin's from the origins before it."""
    lost = losses(test)
    series, origins, tasks = test.actual.shape
    result = np.empty((len(ROUTES), series, origins, tasks))
    for asked in range(origins):
        own, periods = _gathered(test, lost, asked)
        for task in range(tasks):
            if asked < origins - 1 and not test.scored[asked, task]:
                result[:, :, asked, task] = EVEN[:, None]
                continue
            result[:, :, asked, task] = _weighed(own[task], periods[task])
    # What a processor does in another order must not move a forecast by a cent.
    result = result.round(6)
    shares: Floats = result / result.sum(axis=0)
    return shares


def _gathered(test: Backtest, lost: NDArray[np.float32], asked: int) -> tuple[list[Floats], list[float]]:
    """Mean losses by task, (mixtures, series) each, and the number of periods behind them."""
    age = test.origins[asked] - test.origins
    weight = test.before[asked] * (_DECAY ** np.maximum(age, 0))[:, None]
    flat = lost.reshape(*lost.shape[:2], -1)[:, :asked]
    sums = np.stack([weight[:asked, task].astype(np.float32) @ flat[task] for task in range(len(flat))])
    counted = weight.sum(axis=0)
    own: list[Floats] = []
    periods: list[float] = []
    for task in range(len(test.share)):
        # Neighbouring days known say much the same: they count by how near they are.
        near = np.maximum(1 - 2 * np.abs(test.share - test.share[task]), 0) * (counted > 0)
        if not near.any() and test.lead[task]:
            # No period so far ahead is over: as the one before it, the next one as a period of which nothing is known.
            place = -1 if test.lead[task] > 1 else 0
            own.append(own[place])
            periods.append(periods[place])
            continue
        total = float(near @ counted)
        mean = (near / max(total, 1e-9)).astype(np.float32) @ sums
        own.append(mean.reshape(lost.shape[2:]))
        periods.append(float((test.before[asked, :, task]).sum()))
    return own, periods


def _weighed(own: Floats, periods: float) -> Floats:
    """Weights of the routes from mean losses (mixtures, series), (routes, series)."""
    if not periods:
        return np.repeat(EVEN[:, None], own.shape[1], axis=1)
    pool = own.mean(axis=1, keepdims=True)
    common = _mixed(pool)
    mixed = (1 - _TO_WINNER) * _mixed(
        (own * periods + pool * _PRIOR_PERIODS) / (periods + _PRIOR_PERIODS)
    ) + _TO_WINNER * common
    result: Floats = (mixed * periods + EVEN[:, None] * _EVEN_PERIODS) / (periods + _EVEN_PERIODS)
    return result


def _mixed(loss: Floats) -> Floats:
    """The mixtures weighed by their losses (mixtures, n), (routes, n)."""
    best = loss.min(axis=0)
    worse = (loss - best) / np.maximum(best * _TEMPERATURE, 1e-9)
    chance = np.exp(-np.minimum(worse, 50))
    result: Floats = (MIXTURES.T @ chance) / chance.sum(axis=0)
    return result

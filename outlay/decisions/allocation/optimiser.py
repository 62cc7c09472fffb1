"""The best division of a budget over channels whose values add up: on a grid of spends, by one price for all.

For a price of money each channel buys the spend of greatest value less cost; a higher price buys less. The price that
spends the budget is found by bisection (Everett, Operations Research 11, 1963). No curve needs to be concave: a channel
that pays only above a threshold jumps there at its price. Where limits couple channels, HiGHS chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from outlay.decisions.response.curves import Floats

_BISECTIONS = 60
_PRICES = 48  # along the path from most to least
_MIXED_LOSS = 1e-3  # of all there is to move, that straight lines between grid points may promise too much
_MILP_GAP = 1e-4
_MILP_SECONDS = 10.0


@dataclass(frozen=True)
class Coupling:
    """`members` (groups, channels), 1 where the channel is in the group; least and most spend of each, (groups,)."""

    members: Floats
    least: Floats
    most: Floats

    def allows(self, spend: Floats) -> bool:
        """Whether spends (channels,) keep every group's limits, to a millionth."""
        held = self.members @ spend
        slack = 1e-6 * max(float(spend.sum()), 1.0)
        return bool((held >= self.least - slack).all() and (held <= self.most + slack).all())


def most_value(grid: Floats, values: Floats, budget: float, coupling: Coupling | None = None) -> Floats | None:
    """The spends (channels,) of greatest total value that add up to the budget; None if the limits do not allow it.

    `grid` and `values`: (channels, points), spends in rising order and what each brings.
    """
    slack = 1e-9 * max(budget, 1.0)
    if grid[:, 0].sum() > budget + slack or grid[:, -1].sum() < budget - slack:
        return None
    if coupling is not None:
        return _coupled(grid, values, budget, coupling)
    high = _steepest(grid, values) + 1.0
    low = -high
    for _ in range(_BISECTIONS):
        price = (low + high) / 2
        low, high = (price, high) if _bought(grid, values, price).sum() > budget else (low, price)
    under, over = _bought(grid, values, high), _bought(grid, values, low)
    return _filled(grid, values, under, over, budget)


def path(grid: Floats, values: Floats) -> Floats:
    """Spends that are best for their total, (plans, channels), from the largest total to the smallest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.diff(values, axis=1) / np.diff(grid, axis=1)
    slopes = slopes[np.isfinite(slopes) & (slopes > 0)]
    if not len(slopes):
        return grid[:, 0][None, :]
    prices = np.concatenate([[0.0], np.quantile(slopes, np.linspace(0, 1, _PRICES)), [2 * slopes.max()]])
    plans = np.stack([_bought(grid, values, price) for price in prices])
    return plans[np.argsort(-plans.sum(axis=1), kind="stable")]


def _steepest(grid: Floats, values: Floats) -> float:
    widths = np.diff(grid, axis=1)
    rises = np.abs(np.diff(values, axis=1))
    return float(np.divide(rises, widths, out=np.zeros_like(rises), where=widths > 0).max(initial=0.0))


def _bought(grid: Floats, values: Floats, price: float) -> Floats:
    best = np.argmax(values - price * grid, axis=1)
    result: Floats = grid[np.arange(len(grid)), best]
    return result


def _filled(grid: Floats, values: Floats, under: Floats, over: Floats, budget: float) -> Floats:
    """Between two plans of neighbouring prices, the budget to the unit: by the better of two ways to use the rest."""
    rest, gap = budget - under.sum(), over.sum() - under.sum()
    between = under + (over - under) * (rest / gap if gap > 0 else 0.0)
    rest = budget - between.sum()
    room = grid[:, -1] - under if budget >= under.sum() else under - grid[:, 0]
    spread = under + (budget - under.sum()) * (room / room.sum() if room.sum() > 0 else 0.0)
    plans = [plan for plan in (between, spread) if abs(plan.sum() - budget) <= 1e-6 * max(budget, 1.0)]
    return max(plans, key=lambda plan: float(at(grid, values, plan).sum())) if plans else under


def at(grid: Floats, values: Floats, spend: Floats) -> Floats:
    """Values (…, channels, points) at spends (channels,), between grid points in proportion; (…, channels)."""
    left, part = _place(grid, spend)
    channel = np.arange(len(grid))
    result: Floats = values[..., channel, left] * (1 - part) + values[..., channel, left + 1] * part
    return result


def _place(grid: Floats, spend: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The grid point at or below each spend, and how far it is towards the next."""
    left = np.clip((grid <= spend[:, None]).sum(axis=1) - 1, 0, grid.shape[1] - 2)
    channel = np.arange(len(grid))
    width = grid[channel, left + 1] - grid[channel, left]
    part = np.divide(spend - grid[channel, left], width, out=np.zeros_like(spend), where=width > 0)
    return left, np.clip(part, 0.0, 1.0)


def _coupled(grid: Floats, values: Floats, budget: float, coupling: Coupling) -> Floats | None:
    """By HiGHS: along straight lines between grid points, which loses nothing where curves bend one way only; else one
    grid point a channel, within limits widened by half a step, and then the rest, to the unit."""
    channels, points = grid.shape
    pick = sparse.kron(sparse.eye_array(channels), np.ones((1, points)))
    spend = pick @ sparse.diags_array(grid.ravel())
    one = optimize.LinearConstraint(pick, 1, 1)
    total, grouped = np.ones((1, channels)) @ spend, coupling.members @ spend
    slack = 1e-9 * max(budget, 1.0)
    mixed = optimize.milp(
        -values.ravel(), bounds=optimize.Bounds(0, 1),
        constraints=[
            one, optimize.LinearConstraint(total, budget - slack, budget + slack),
            optimize.LinearConstraint(grouped, coupling.least, coupling.most),
        ],
    )  # fmt: skip
    if mixed.x is None:
        return None
    between: Floats = spend @ mixed.x
    if at(grid, values, between).sum() >= -mixed.fun - _MIXED_LOSS * np.ptp(values, axis=1).sum():
        return between
    step = np.diff(grid, axis=1).max(axis=1)
    wide = coupling.members @ step / 2
    found = optimize.milp(
        -values.ravel(), integrality=np.ones(channels * points), bounds=optimize.Bounds(0, 1),
        constraints=[
            one, optimize.LinearConstraint(total, budget - step.sum() / 2, budget),
            optimize.LinearConstraint(grouped, coupling.least - wide, coupling.most + wide),
        ],
        options={"mip_rel_gap": _MILP_GAP, "time_limit": _MILP_SECONDS},
    )  # fmt: skip
    if found.x is None:
        return None
    chosen = np.argmax(found.x.reshape(channels, points), axis=1)
    return _settled(grid, values, chosen, budget, coupling)


def _settled(
    grid: Floats, values: Floats, chosen: NDArray[np.int64], budget: float, coupling: Coupling
) -> Floats | None:
    """The best point of total `budget` near the chosen grid points: raises and cuts by linear programming."""
    channel = np.arange(len(grid))
    reach = max(3, grid.shape[1] // 10)
    above, below = np.minimum(chosen + reach, grid.shape[1] - 1), np.maximum(chosen - reach, 0)
    here, here_value = grid[channel, chosen], values[channel, chosen]
    up, down = grid[channel, above] - here, here - grid[channel, below]
    gain = np.divide(values[channel, above] - here_value, up, out=np.zeros_like(up), where=up > 0)
    loss = np.divide(here_value - values[channel, below], down, out=np.zeros_like(down), where=down > 0)
    sides = np.hstack([np.eye(len(grid)), -np.eye(len(grid))])
    groups = coupling.members @ sides
    held = coupling.members @ here
    left = np.concatenate([coupling.most - held, held - coupling.least])
    limited = np.isfinite(left)
    found = optimize.linprog(
        np.concatenate([-gain, np.maximum(loss, gain)]),
        A_ub=np.vstack([groups, -groups])[limited], b_ub=left[limited],
        A_eq=np.ones((1, len(grid))) @ sides, b_eq=[budget - here.sum()],
        bounds=list(zip(np.zeros(2 * len(grid)), np.concatenate([up, down]), strict=True)),
    )  # fmt: skip
    if found.x is None:
        return None
    result: Floats = here + sides @ found.x
    return result

"""What is known of a plan's channels, on grids about today's spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.allocation.limits import bounds, coupling
from outlay.decisions.allocation.optimiser import Coupling, at, most_value, path
from outlay.decisions.response import PRIOR, TWO_LEVEL_TEST, Response
from outlay.decisions.response.curves import Floats

_POINTS = 30  # on either side of today's spend
_COARSE = 5  # where HiGHS chooses: every fifth
_BUDGETS = 12  # tried along a path where limits couple channels
_CAUTIONS = (0.0, 0.3, 0.6, 1.0)


@dataclass(frozen=True)
class Field:
    """Of the plan's channels: `current` (channels,), `limits` (channels, 2), `grid` (channels, points) between them,
    and the weekly outcome there in every world, `worlds` (worlds, channels, points); 0 without a curve. `today`
    (worlds, channels): the outcome of today's spend. `backing`: what backs each curve; None where there is none.
    """

    channels: list[str]
    current: Floats
    limits: Floats
    grid: Floats
    worlds: Floats
    today: Floats
    backing: list[str | None]
    coupling: Coupling | None

    def outcomes(self, spend: Floats) -> Floats:
        """Of a plan (channels,), (worlds, channels). Spends beyond the grid count as its end."""
        return at(self.grid, self.worlds, spend)

    def gains(self, spend: Floats) -> Floats:
        """Outcome of a plan less today's, (worlds,)."""
        result: Floats = (self.outcomes(spend) - self.today).sum(axis=1)
        return result

    def rounded(self, spend: Floats) -> Floats:
        """A plan to the hundredth of a unit: its sum is the sum rounded, and groups keep limits of whole hundredths."""
        members = np.zeros((0, len(spend))) if self.coupling is None else self.coupling.members
        block = np.unique(members.T, axis=0, return_inverse=True)[1].ravel()
        cents = spend * 100
        totals = _whole(np.bincount(block, cents).astype(float), float(np.rint(cents.sum())))
        for number, total in enumerate(totals):
            cents[block == number] = _whole(cents[block == number], float(total))
        result: Floats = cents / 100
        return result

    def feasible(self) -> bool:
        """Whether today keeps the limits."""
        inside = (self.limits[:, 0] <= self.current) & (self.current <= self.limits[:, 1])
        return bool(inside.all()) and (self.coupling is None or self.coupling.allows(self.current))

    def best(self, budget: float) -> list[Floats]:
        """For rising caution, the plans of that total of greatest expected gain less caution times its spread.

        Empty where the limits leave no room for the budget.
        """
        step = 1 if self.coupling is None else _COARSE
        values = (self._value(caution)[:, ::step] for caution in _CAUTIONS)
        plans = (most_value(self.grid[:, ::step], value, budget, self.coupling) for value in values)
        return [plan for plan in plans if plan is not None]

    def cheaper(self) -> list[Floats]:
        """Plans that are best for their total, of any caution, and cost no more than today."""
        total = float(self.current.sum())
        if self.coupling is not None:
            least = float(self.limits[:, 0].sum())
            budgets = np.linspace(total, least, _BUDGETS)
            return [plan for budget in budgets for plan in self.best(float(budget))]
        plans = np.vstack([path(self.grid, self._value(caution)) for caution in _CAUTIONS])
        return list(plans[plans.sum(axis=1) <= total * (1 + 1e-9)])

    def _value(self, caution: float) -> Floats:
        changes = self.worlds - self.today[..., None]
        result: Floats = changes.mean(axis=0) - caution * changes.std(axis=0)
        return result


def field(response: Response, plan: pd.DataFrame, groups: pd.DataFrame | None, *, proven: bool = False) -> Field:
    """The field of a plan; channels without a curve, and those that only the prior knows, stay where they are.

    `proven`: only channels measured at two levels may move, and no further than tests compared.

    Raises ValueError for limits that contradict themselves, and for a channel that is twice in the plan.
    """
    channels = [str(channel) for channel in plan["channel"]]
    if len(set(channels)) < len(channels):
        raise ValueError("a channel is in the plan once")
    place = pd.Index(response.channels, dtype=object).get_indexer(pd.Index(channels, dtype=object))
    known = place >= 0
    current = plan["current"].to_numpy(dtype=float)
    usual, tested = current.copy(), np.stack([current, current], axis=1)
    usual[known], tested[known] = response.usual[place[known]], response.tested[place[known]]
    backing = [response.backing[at] if at >= 0 else None for at in place]
    limits = bounds(plan, usual)
    fixed = np.array([held in (None, PRIOR) or (proven and held != TWO_LEVEL_TEST) for held in backing], dtype=bool)
    if proven:
        reach = np.minimum(tested[:, 0], current), np.maximum(tested[:, 1], current)
        limits = np.clip(limits, reach[0][:, None], reach[1][:, None])
    limits[fixed] = np.clip(current[fixed, None], limits[fixed, :1], limits[fixed, 1:])
    grid = _grid(current, limits)
    spends = np.zeros((len(response.channels), grid.shape[1] + 1))
    spends[place[known]] = np.hstack([grid, current[:, None]])[known]
    drawn = response.draws(spends)
    worlds = np.zeros((len(drawn), len(channels), grid.shape[1] + 1))
    worlds[:, known] = drawn[:, place[known]]
    return Field(
        channels, current, limits, grid, worlds[..., :-1], worlds[..., -1], backing, coupling(channels, groups)
    )


def _whole(values: Floats, total: float) -> Floats:
    """Whole numbers of that total, by largest remainder."""
    whole: Floats = np.floor(values + 1e-5)
    missing = int(total - whole.sum())
    whole[np.argsort(whole - values, kind="stable")[: max(missing, 0)]] += 1
    return whole


def _grid(current: Floats, limits: Floats) -> Floats:
    """Points from the least spend to today's, and on to the most; today's is one of them if it is allowed."""
    middle = np.clip(current, limits[:, 0], limits[:, 1])
    below = np.linspace(limits[:, 0], middle, _POINTS + 1, axis=1)
    above = np.linspace(middle, limits[:, 1], _POINTS + 1, axis=1)
    return np.hstack([below, above[:, 1:]])

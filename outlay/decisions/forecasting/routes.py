"""Three routes to the rest of a period, each from what was known in the evening of a day.

`run_rate`: what was spent lately, by weekday and class of day, plan or no plan.
`plan`: the same of the base, which is what lies beside flights and newcomers, and the flights as planned.
`budget`: four readings. `budget` goes on at the part of the daily rate that the base lately spent; `budget_cap` is the
same, stopped where the period's total is reached; `budget_rest` spends on base what past completion leaves of the
total; all three with the flights on top. `budget_whole` takes the flights to be inside the budget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outlay.decisions.forecasting.arrays import NEVER, Floats, Ints, ratio
from outlay.decisions.forecasting.campaigns import by_period, daily
from outlay.decisions.forecasting.flights import later_announced, planned_rest
from outlay.decisions.forecasting.newcomers import newcomers_at
from outlay.decisions.forecasting.panel import Panel
from outlay.decisions.forecasting.shapes import (
    Runs,
    Windowed,
    day_kinds,
    kind_factors,
    runs_of,
    weekday_factors,
    weekdays,
    windowed,
)

ROUTES = ("run_rate", "plan", "budget", "budget_cap", "budget_rest", "budget_whole")
RUN_RATE = ROUTES.index("run_rate")
_DECIMALS = 4  # of an amount that is a difference of sums
_HALF_LIFE = 9.0  # days, of the level
_COMPLETION_HALF_LIFE = 20.0  # days, of spend against the budget's rate
_COMPLETION_PRIOR = 15.0  # days of evidence that count as much as what all series have alike
_COMPLETION_PERIODS = 6
_COMPLETION_DECAY = 0.8  # a period


@dataclass(frozen=True)
class _Origin:
    """What the routes share at one origin.

    `window`, from day `begin` to `at`, with its `base` and `shape`, (series, days of the window). `beside`: what
    flights and newcomers spent in each period, (series, periods).
    """

    at: int
    begin: int
    window: Windowed
    base: Floats
    shape: Floats
    beside: Floats


class Routes:
    """The routes over many origins of one panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.kind = day_kinds(panel)
        self.weekday = weekdays(panel, len(self.kind))
        nonzero = panel.spend != 0
        self.born: Ints = np.where(nonzero.any(axis=1), nonzero.argmax(axis=1), NEVER)
        self.runs: Runs = runs_of(panel, self.born, self.weekday, self.kind)
        zeros = np.zeros((len(panel.spend), 1))
        self.cumulative: Floats = np.concatenate([zeros, np.cumsum(panel.spend, axis=1)], axis=1)

    def known(self, at: int, period: int) -> Floats:
        """What was spent of a period up to the evening of day `at`, shape (series,)."""
        begin, end = np.clip([self.panel.start[period], min(self.panel.stop[period], at + 1)], 0, self.panel.last + 1)
        return self._between(begin, max(begin, end))

    def _between(self, begin: Ints, end: Ints) -> Floats:
        """What was spent from a day on until before another, (series, days asked); where cents cancel it is 0."""
        spent: Floats = (self.cumulative[:, end] - self.cumulative[:, begin]).round(_DECIMALS)
        return spent

    def rest(self, at: int, periods: Ints) -> Floats:
        """Spend of each period after day `at` by each route, (routes, series, periods).

        Where a route has nothing to go by, it takes the mean of those that have; where none has, the rest is 0.
        """
        panel, count = self.panel, len(self.panel.spend)
        start, stop = panel.start[periods], panel.stop[periods]
        new = newcomers_at(panel, at, start, stop)
        window = windowed(panel.spend, self.born, self.weekday, self.kind, at)
        begin, told = at + 1 - window.spend.shape[1], panel.plan.known <= at
        apart = ((panel.flights, told), (panel.newcomers, new.apart))
        base = window.spend - sum(daily(spells, chosen, count, begin, at) for spells, chosen in apart)
        factor = weekday_factors(replace(window, spend=base))
        kinds = kind_factors(self.runs, int(self.kind.max(initial=0)) + 1, at)
        shape = factor[:, window.weekday] * kinds[:, window.kind]
        since = int(panel.start[self._closed(at)].min(initial=begin))
        beside = sum(by_period(*one, count, panel.stop, since, at) for one in apart)
        origin = _Origin(at, begin, window, base, shape, np.asarray(beside))
        due = self._due(factor, kinds, at, periods)
        flights = new.rest + later_announced(panel, at, start, stop)
        flights += planned_rest(panel.plan, panel.flights, count, at, start, stop)
        level, base_level = self._levels(origin)
        fresh = base_level[:, None] * due * new.fresh
        never = np.isnan(base_level)
        plan = np.where(
            never[:, None], np.where(flights != 0, flights, np.nan), base_level[:, None] * due + fresh + flights
        )
        routes = np.stack(
            [
                level[:, None] * due,
                plan,
                *self._by_budget(origin, periods, due, np.where(never[:, None], 0, fresh) + flights),
            ]
        )
        return _filled(routes)

    def _due(self, factor: Floats, kinds: Floats, at: int, periods: Ints) -> Floats:
        """Ordinary days' worth of each period's days after `at`, (series, periods)."""
        due = np.zeros((len(factor), len(periods)))
        for place, period in enumerate(periods):
            days = np.arange(max(at + 1, self.panel.start[period]), self.panel.stop[period])
            counts = np.zeros((7, kinds.shape[1]))
            np.add.at(counts, (self.weekday[days], self.kind[days]), 1)
            due[:, place] = ((factor @ counts) * kinds).sum(axis=1)
        return due

    def _levels(self, origin: _Origin) -> tuple[Floats, Floats]:
        """An ordinary day's spend, and base: gaps are left out, then counted as often as they were; (series,) each."""
        window, days = origin.window, np.arange(origin.begin, origin.at + 1)
        weight = 0.5 ** ((origin.at - days) / _HALF_LIFE) * window.seen
        due = (origin.shape * weight).sum(axis=1)
        alive = (days[None, :] >= self.born[:, None]).sum(axis=1)
        running = np.divide(window.seen.sum(axis=1), alive, out=np.zeros(len(due)), where=alive > 0)
        spend, base = ((values * weight).sum(axis=1) * running for values in (window.spend, origin.base))
        return ratio(spend, due), ratio(base, due)

    def _by_budget(self, origin: _Origin, periods: Ints, due: Floats, beside: Floats) -> list[Floats]:
        """The readings of the budget, (series, periods) each; NaN for periods without one."""
        panel = self.panel
        past_rate = self._past_rates(origin)
        rate, amount = self._in_force(self._rates, origin.at, periods), self._in_force(panel.budget, origin.at, periods)
        age = np.arange(past_rate.shape[1])[::-1]
        weight = 0.5 ** (age / _COMPLETION_HALF_LIFE) * origin.window.seen * (past_rate > 0)
        part = ratio((origin.base * weight).sum(axis=1), (past_rate * origin.shape * weight).sum(axis=1))
        pace = _drawn(part, weight.sum(axis=1) / _COMPLETION_PRIOR)[:, None] * rate * due
        spent = np.zeros(amount.shape)
        for place, period in enumerate(periods):
            if panel.start[period] <= origin.at:
                spent[:, place] = self.known(origin.at, period)
        base_spent = spent - origin.beside[:, periods]
        of_base, of_all = self._completions(origin)
        capped = np.where(amount > 0, np.minimum(pace, np.maximum(amount - base_spent, 0)), pace)
        rest = np.where(amount > 0, np.maximum(of_base[:, None] * amount - base_spent, 0), amount * 0.0)
        whole = np.where(amount > 0, np.maximum(of_all[:, None] * amount - spent, 0), amount * 0.0)
        return [pace + beside, capped + beside, rest + beside, whole]

    def _completions(self, origin: _Origin) -> tuple[Floats, Floats]:
        """The parts of their budgets that the last closed periods spent on base, and on all; drawn to what all have."""
        panel = self.panel
        closed = self._closed(origin.at)
        past, all_spent = self._in_force(panel.budget, origin.at, closed), self._sizes[:, closed]
        usable = (past > 0) & (panel.start[closed][None, :] >= self.born[:, None])
        weight = usable * _COMPLETION_DECAY ** np.arange(len(closed))[::-1]
        budgeted, periods = (np.where(usable, past, 0) * weight).sum(axis=1), weight.sum(axis=1)
        base, whole = ((spent * weight).sum(axis=1) for spent in (all_spent - origin.beside[:, closed], all_spent))
        return _drawn(ratio(base, budgeted), periods), _drawn(ratio(whole, budgeted), periods)

    def _closed(self, at: int) -> Ints:
        """The last whole periods that are over in the evening of day `at`."""
        panel = self.panel
        closed: Ints = np.flatnonzero((panel.stop <= at + 1) & (panel.start >= 0))[-_COMPLETION_PERIODS:]
        return closed

    @cached_property
    def _sizes(self) -> Floats:
        """What each period came to, as far as it is known, (series, periods)."""
        places = np.clip(np.stack([self.panel.start, self.panel.stop]), 0, self.panel.last + 1)
        return self._between(places[0], places[1])

    @cached_property
    def _rates(self) -> Floats:
        """The daily rate that each revision leaves for the days after it, (series, periods, revisions).

        Days before a revision keep theirs: the rest of the new total is spread over the days that are left.
        """
        panel = self.panel
        days = (panel.stop - panel.start)[None, :].astype(float)
        allotted, rates = np.zeros(panel.budget.shape[:2]), np.zeros_like(panel.budget)
        before, rate = np.zeros_like(allotted), np.zeros_like(allotted)
        for number in range(panel.budget.shape[2]):
            told, amount = panel.told[:, :, number], panel.budget[:, :, number]
            passed = np.clip(told - panel.start, 0, days - 1)
            allotted = allotted + rate * np.maximum(passed - before, 0)
            known = told < NEVER
            rate = np.where(known, (amount - allotted) / (days - passed), rate)
            before = np.where(known, passed, before)
            rates[:, :, number] = rate
        return rates

    def _past_rates(self, origin: _Origin) -> Floats:
        """The budget's daily rate on each day of the window, as known then; 0 without any.

        What was told late is, looking back, what its period had from the beginning.
        """
        panel, past = self.panel, np.zeros(origin.base.shape)
        first, last = np.searchsorted(panel.stop, [origin.begin, origin.at], side="right")
        for period in range(first, last + 1):
            days = np.arange(max(origin.begin, panel.start[period]), min(origin.at + 1, panel.stop[period]))
            if not len(days):  # the window lies before the first period, as on the eve of it
                continue
            mine = past[:, days[0] - origin.begin : days[-1] + 1 - origin.begin]
            for number in range(panel.budget.shape[2]):
                told = panel.told[:, period, number][:, None]
                since = told if number else np.where(told <= origin.at, 0, NEVER)
                if since.min(initial=NEVER) <= days[-1]:
                    np.copyto(mine, self._rates[:, period, number][:, None], where=since <= days)
        return past

    def _in_force(self, of: Floats, at: int, periods: Ints) -> Floats:
        """Each period's value of the revision known by day `at`, (series, periods); NaN where there is none."""
        number = (self.panel.told[:, periods] <= at).sum(axis=2)
        value = np.take_along_axis(of[:, periods], np.maximum(number - 1, 0)[:, :, None], axis=2)[:, :, 0]
        return np.where(number > 0, value, np.nan)


def _filled(routes: Floats) -> Floats:
    """Routes that cannot say take the mean of those that can, (routes, series, periods)."""
    silent = np.isnan(routes)
    said = (~silent).sum(axis=0)
    mean = np.divide(np.where(silent, 0, routes).sum(axis=0), said, out=np.zeros(routes.shape[1:]), where=said > 0)
    return np.where(silent, mean, routes)


def _drawn(own: Floats, weight: Floats) -> Floats:
    """Parts drawn to the median of all; without any, a budget is taken to be spent."""
    known = ~np.isnan(own)
    common = np.median(own[known]) if known.any() else 1.0
    result: Floats = (np.where(known, own, common) * weight + common) / (weight + 1)
    return result

"""What planned flights still have to spend, and what they spent: only those that stood in the plan by then."""

from __future__ import annotations

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints, sums
from outlay.decisions.forecasting.campaigns import Plan, Spells, so_far
from outlay.decisions.forecasting.panel import Panel

_STILL = 3  # days without spend after which a flight that had begun is taken as stopped
_GIVEN_UP = 14  # days after its start on which a flight without spend is taken as cancelled, if not at its end
_SETTLED = 7  # days after its end on which a flight tells what it delivered
_LATE = np.array([0, 1, 2, 4, 7])  # days after the planned start without spend; the classes begin here
_LATE_PRIOR = np.array([0.95, 0.85, 0.75, 0.6, 0.35])  # of the planned amount that still comes
_PRIOR = 8.0  # flights for which that counts
_LOOK_BACK, _HALF_LIFE = 182, 60.0  # days that tell what a series spends on flights


def planned_rest(plan: Plan, flights: Spells, series: int, at: int, start: Ints, stop: Ints) -> Floats:
    """What flights in the plan by day `at` spend after it in each period [start, stop): (series, periods)."""
    rest = np.zeros((series, len(start)))
    told = np.flatnonzero(plan.known <= at)
    if not len(told):
        return rest
    spent, first, last = so_far(flights, at)
    spent, first, last = spent[told], first[told], last[told]
    begin, end, planned = plan.start[told], plan.end[told], plan.amount[told]
    delay = np.maximum(first - begin, 0)  # at least, where it has not begun
    begun = last >= 0
    usual, comes = _experience(planned, spent, delay, end, begun, at)
    lateness = np.searchsorted(_LATE, np.maximum(at + 1 - begin, 0), side="right") - 1
    until = end + delay
    left_days = np.maximum(until - np.maximum(at + 1, begin) + 1, 0)
    expected = np.where(begun, np.maximum(planned * usual - spent, 0), planned * comes[lateness])
    over = np.where(begun, at - last >= _STILL, at >= np.minimum(end, begin + _GIVEN_UP)) | (left_days == 0)
    expected = np.where(over, 0.0, expected)
    a_day = np.divide(expected, left_days, out=np.zeros(len(told)), where=left_days > 0)
    for place in range(len(start)):
        days = np.minimum(until + 1, stop[place]) - np.maximum(np.maximum(at + 1, begin), start[place])
        rest[:, place] = sums(flights.series[told], a_day * np.maximum(days, 0), series)
    return rest


def later_announced(panel: Panel, at: int, start: Ints, stop: Ints) -> Floats:
    """What flights that are yet to be announced spend after day `at` in each period: (series, periods).

    A series goes on spending on flights as it lately did; of a day so far ahead, the part that used to be announced
    only after such a lead is still to come. Without it a plan would say that all flights end with its horizon.
    """
    plan, flights, series = panel.plan, panel.flights, len(panel.spend)
    rows = slice(*np.searchsorted(flights.day, [at + 1 - _LOOK_BACK, at + 1]))
    owner, day = flights.owner[rows], flights.day[rows]
    told = plan.known[owner] <= at
    amount = np.where(told, np.maximum(flights.amount[rows], 0.0), 0.0)
    weight = 0.5 ** ((at - day) / _HALF_LIFE)
    daily = (
        sums(flights.series[owner], amount * weight, series)
        / (0.5 ** (np.arange(min(at + 1, _LOOK_BACK)) / _HALF_LIFE)).sum()
    )
    days = max(int(stop.max(initial=0)) - at - 1, 1)
    lead = np.clip(day - plan.known[owner], 0, days)
    announced = sums(lead, amount, days + 1)[::-1].cumsum()[::-1]  # at least so many days before
    total = amount.sum()
    open_part = 1 - announced[1:] / total if total > 0 else np.zeros(days)
    to_come = np.concatenate([[0.0], np.cumsum(open_part)])
    begin, end = np.clip(np.stack([start, stop]) - at - 1, 0, days)
    result: Floats = daily[:, None] * (to_come[end] - to_come[begin])[None, :]
    return result


def _experience(planned: Floats, spent: Floats, delay: Ints, end: Ints, begun: Flags, at: int) -> tuple[float, Floats]:
    """From the flights that are over: the part of the plan that those which begin spend, and what comes by lateness."""
    over = (end + _SETTLED <= at) & (planned > 0)
    ratio = np.divide(spent, planned, out=np.zeros(len(planned)), where=planned > 0)
    ratio = np.clip(ratio, 0, 2)
    began = over & begun
    usual = (ratio[began].sum() + _PRIOR) / (began.sum() + _PRIOR)
    comes = np.empty(len(_LATE))
    for place, late in enumerate(_LATE):
        mine = over & ((delay >= late) | ~begun)
        comes[place] = (ratio[mine].sum() + _PRIOR * _LATE_PRIOR[place]) / (mine.sum() + _PRIOR)
    return float(usual), comes

"""What planned flights still have to spend, and what they spent: only those that stood in the plan by then."""

from __future__ import annotations

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints, sums
from outlay.decisions.forecasting.campaigns import Plan, Spells, so_far

_STILL = 3  # days without spend after which a flight that had begun is taken as stopped
_GIVEN_UP = 14  # days after its start on which a flight without spend is taken as cancelled, if not at its end
_SETTLED = 7  # days after its end on which a flight tells what it delivered
_LATE = np.array([0, 1, 2, 4, 7])  # days after the planned start without spend; the classes begin here
_LATE_PRIOR = np.array([0.95, 0.85, 0.75, 0.6, 0.35])  # of the planned amount that still comes
_PRIOR = 8.0  # flights for which that counts


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

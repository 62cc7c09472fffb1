"""What each route would have said on the same days of the periods that are over, with what was known then.

An origin is a period and so many of its days known. A task is a way of asking: the period itself with SHARES of its
days known, the same with as many days known as today, and the periods after it as seen from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints
from outlay.decisions.forecasting.panel import Panel
from outlay.decisions.forecasting.routes import ROUTES, Routes

SHARES = np.arange(6) / 6  # of a period's days that are known: in a month 0, 5, 10, 15, 20 and 25 days
TODAY = len(SHARES)  # the task as of today's days known; the tasks after it are the next periods
MOST_PERIODS = 12  # that are asked with as many days known as today
_ALL_SHARES = 8  # the last of them, which are asked with every share
_LEAST_DAYS = 28  # of history before an origin
_TYPICAL_PERIODS = 6


@dataclass(frozen=True)
class Backtest:
    """Answers by origin period; today's are the last ones.

    `origins`: (origins,), the last is the current period. `rest`: (routes, series, origins, tasks); `known`, `actual`:
    (series, origins, tasks); `scored`: (origins, tasks), whether the target is over; `typical`: (series, origins), what
    a period used to come to; `lead`: (tasks,), periods ahead; `share`: (tasks,), of the period known, below 0 ahead.
    `days`: of the current period.
    """

    origins: Ints
    rest: Floats
    known: Floats
    actual: Floats
    scored: Flags
    typical: Floats
    lead: Ints
    share: Floats
    days: int

    @cached_property
    def before(self) -> Flags:
        """Which origins' answers are scored when one is asked: (origins asked, origins, tasks)."""
        asked, past = self.origins[:, None, None], self.origins[None, :, None]
        result: Flags = self.scored[None] & (past + self.lead[None, None, :] < asked)
        return result


def back_test(panel: Panel, ahead: int) -> Backtest:
    """Ask every task at up to MOST_PERIODS closed periods, and today's tasks now; `ahead` periods after the current."""
    routes, current = Routes(panel), panel.current
    days_known = panel.last + 1 - int(panel.start[current])
    past = np.flatnonzero((panel.start >= _LEAST_DAYS) & (panel.stop <= panel.last + 1))
    origins = np.append(past[past < current][-MOST_PERIODS:], current)
    tasks = TODAY + 1 + ahead
    shape = (len(panel.spend), len(origins), tasks)
    rest, known, actual = np.zeros((len(ROUTES), *shape)), np.zeros(shape), np.zeros(shape)
    scored, typical = np.zeros((len(origins), tasks), dtype=bool), np.zeros(shape[:2])
    for place, period in enumerate(origins):
        typical[:, place] = _typical(routes, int(period))
        length = int(panel.stop[period] - panel.start[period])
        days = [*(int(share * length) for share in SHARES), min(days_known, length)]
        for task in range(TODAY, -1, -1):
            passed = days[task]
            if task != TODAY and (period == current or place < len(origins) - 1 - _ALL_SHARES):
                continue
            if task != TODAY and passed == days[TODAY]:
                # The same question has been asked.
                rest[:, :, place, task], known[:, place, task] = rest[:, :, place, TODAY], known[:, place, TODAY]
                actual[:, place, task], scored[place, task] = actual[:, place, TODAY], scored[place, TODAY]
                continue
            at = int(panel.start[period]) + passed - 1
            last = min(period + ahead, len(panel.stop) - 1) if task == TODAY else period
            targets = np.arange(period, last + 1)
            targets = targets if period == current else targets[panel.stop[targets] <= panel.last + 1]
            put = slice(task, task + len(targets))
            rest[:, :, place, put] = routes.rest(at, targets)
            known[:, place, task] = routes.known(at, int(period))
            scored[place, put] = panel.stop[targets] <= panel.last + 1
            for number, target in enumerate(targets):
                actual[:, place, task + number] = routes.known(panel.last, int(target))
    scored[-1] = False
    lead = np.maximum(np.arange(tasks) - TODAY, 0)
    current_length = int(panel.stop[current] - panel.start[current])
    share = np.append(SHARES, [days_known / current_length, *(-1.0 * lead[TODAY + 1 :])])
    return Backtest(origins, rest, known, actual, scored, typical, lead, share, current_length)


def _typical(routes: Routes, period: int) -> Floats:
    """The mean size of a series' last whole periods before this one, (series,); 0 where there is none."""
    panel = routes.panel
    whole = [one for one in range(max(period - _TYPICAL_PERIODS, 0), period) if panel.start[one] >= 0]
    if not whole:
        return np.zeros(len(panel.spend))
    sizes = np.stack([np.abs(routes.known(panel.last, one)) for one in whole])
    mean: Floats = sizes.mean(axis=0)
    return mean

"""How a series' days differ: by weekday, at the end of its periods, on the trade's days. Read from what has passed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints
from outlay.decisions.forecasting.panel import Panel

WINDOW = 63  # days that tell weekdays and the level
_END_DAYS = 4  # of a period, which are a class of their own
_WEEKDAY_PRIOR = 4.0  # weeks for which what all series have alike counts
_EVENT_PRIOR = 2.0  # occurrences, likewise
_NONE_PRIOR = 1.0  # occurrences by which what all have alike is drawn to "as on any day"
_PERIOD_END_HISTORY = 24
_HIGHEST = 6.0  # a factor


@dataclass(frozen=True)
class Windowed:
    """The days up to `at`, at most WINDOW of them, shape (series, days)."""

    spend: Floats
    seen: Flags
    weekday: Ints
    kind: Ints


@dataclass(frozen=True)
class Runs:
    """Stretches of one class of days that have passed: what was spent, and what ordinary days would have been.

    `spent`, `ordinary`: (series, runs); `kind`, `end` (its last day): (runs,).
    """

    spent: Floats
    ordinary: Floats
    kind: Ints
    end: Ints


def day_kinds(panel: Panel) -> Ints:
    """The class of each day: 0 ordinary, 1 the end of a period, from 2 on the panel's events; shape (days,)."""
    kind = np.where(panel.event > 0, panel.event + 1, 0)
    for stop in panel.stop[panel.stop > 0]:
        last = kind[max(int(stop) - _END_DAYS, 0) : int(stop)]
        last[last == 0] = 1
    return kind


def weekdays(panel: Panel, days: int) -> Ints:
    """Monday 0 to Sunday 6 of the panel's first days."""
    return (np.arange(days) + panel.first_day.weekday()) % 7


def windowed(spend: Floats, born: Ints, weekday: Ints, kind: Ints, at: int) -> Windowed:
    """`seen` leaves out the days before a series' first one, and days without spend that are a gap, not an end.

    A gap is a stretch of zeros that does not last for a week up to now.
    """
    begin = max(at + 1 - WINDOW, 0)
    piece = spend[:, begin : at + 1]
    stopped = ~(piece[:, -7:] != 0).any(axis=1, keepdims=True)
    alive = np.arange(begin, at + 1)[None, :] >= born[:, None]
    return Windowed(piece, alive & ((piece != 0) | stopped), weekday[begin : at + 1], kind[begin : at + 1])


def weekday_factors(window: Windowed) -> Floats:
    """Each weekday against the mean of all, from ordinary days, drawn to what all series have; (series, 7)."""
    which = (np.arange(7)[None, :] == window.weekday[:, None]) & (window.kind == 0)[:, None]
    seen = window.seen.astype(float) @ which
    mean = np.divide((window.spend * window.seen) @ which, seen, out=np.zeros_like(seen), where=seen > 0)
    level = mean.mean(axis=1, keepdims=True)
    usable = (level[:, 0] > 0) & (seen > 0).all(axis=1)
    own = np.divide(mean, level, out=np.ones_like(mean), where=usable[:, None])
    common = np.maximum(np.median(own[usable], axis=0), 0.0) if usable.any() else np.ones(7)
    # Series of which most spend on one weekday each, or of which credits take back most, have no weekday in common.
    common = common / common.mean() if common.any() else np.ones(7)
    factor = (own * seen + common * _WEEKDAY_PRIOR) / (seen + _WEEKDAY_PRIOR)
    factor = np.clip(np.where(usable[:, None], factor, common), 0.0, _HIGHEST)
    mean_factor = factor.mean(axis=1, keepdims=True)
    scaled: Floats = np.divide(factor, mean_factor, out=np.ones_like(factor), where=mean_factor > 0)
    return scaled


def runs_of(panel: Panel, born: Ints, weekday: Ints, kind: Ints) -> Runs:
    """Every complete stretch of special days against the four weeks before it."""
    spend = panel.spend
    change = np.flatnonzero(np.diff(kind[: panel.last + 1], prepend=0, append=-1))
    stretches = [(begin, end) for begin, end in pairwise(change) if kind[begin] > 0]
    ends = [stretch for stretch in stretches if kind[stretch[0]] == 1][-_PERIOD_END_HISTORY:]
    kept = [s for s in stretches if s[0] >= 14 and (kind[s[0]] > 1 or s in ends) and s[1] < len(kind)]
    spent, ordinary = np.zeros((len(spend), len(kept))), np.zeros((len(spend), len(kept)))
    for place, (begin, end) in enumerate(np.array(kept, dtype=np.int64).reshape(-1, 2).tolist()):
        window = windowed(spend, born, weekday, kind, begin - 1)
        usable = window.seen & (window.kind == 0)[None, :] & (np.arange(len(window.kind)) >= len(window.kind) - 28)
        factor = weekday_factors(window)
        due = (usable * factor[:, window.weekday]).sum(axis=1)
        level = np.divide((window.spend * usable).sum(axis=1), due, out=np.zeros(len(spend)), where=due >= 5)
        ordinary[:, place] = np.maximum(level, 0) * factor[:, weekday[begin:end]].sum(axis=1)
        spent[:, place] = np.where(ordinary[:, place] > 0, spend[:, begin:end].sum(axis=1), 0)
    kinds = np.array([kind[begin] for begin, _ in kept], dtype=np.int64)
    return Runs(spent, ordinary, kinds, np.array([end - 1 for _, end in kept], dtype=np.int64))


def kind_factors(runs: Runs, kinds: int, at: int) -> Floats:
    """Each class of days against ordinary ones, from its runs up to day `at`; (series, kinds), ordinary days have 1.

    A series' own runs count against what all series have; that counts against 1, as on any day.
    """
    factor = np.ones((len(runs.spent), kinds))
    for kind in np.unique(runs.kind[runs.end <= at]):
        chosen = (runs.kind == kind) & (runs.end <= at)
        spent, ordinary = runs.spent[:, chosen], runs.ordinary[:, chosen]
        count = (ordinary > 0).sum(axis=1)
        typical = np.divide(ordinary.sum(axis=1), count, out=np.zeros(len(count)), where=count > 0)
        scale = np.divide(1.0, typical, out=np.zeros(len(count)), where=typical > 0)
        ratios = np.clip(spent * scale[:, None], 0, _HIGHEST)[ordinary > 0]
        occurrences = min(chosen.sum(), len(ratios))
        common = (ratios.sum() / max(len(ratios), 1) * occurrences + _NONE_PRIOR) / (occurrences + _NONE_PRIOR)
        own = (spent.sum(axis=1) * scale + _EVENT_PRIOR * common) / (count + _EVENT_PRIOR)
        factor[:, kind] = np.clip(own, 0.0, _HIGHEST)
    return factor

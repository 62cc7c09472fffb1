"""Campaigns that nobody planned: how long those that run will go on, and what those yet to come will spend.

A campaign that begins without a plan is taken as one that ends, until it has run for YOUNG days; how long such ones
live is the life table of those before it (Kaplan and Meier, 1958), with the planned flights' lengths as its prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.decisions.forecasting.arrays import Flags, Floats, Ints, sums
from outlay.decisions.forecasting.campaigns import YOUNG, daily, so_far
from outlay.decisions.forecasting.panel import Panel

_STILL = 3  # days without spend after which a campaign has ended
_PRIOR = 10.0  # campaigns for which the planned lengths count
_PACE_DAYS = 7
_SIZE_DAYS = 84
_EXCESS_PRIOR = 2.0  # campaigns of mean size that count beside those larger than what is spent
_LOOK_BACK = 182  # days that tell how much comes unplanned
_SHARE_PRIOR = 2.0  # half-years for which all series' share counts


@dataclass(frozen=True)
class Newcomers:
    """At one origin: which spells are no base, (spells,), and what they spend after it, (series, periods).

    `fresh`: what campaigns yet to begin will spend in each period's days after the origin, as a share of the base's
    spend in them, (series, periods).
    """

    apart: Flags
    rest: Floats
    fresh: Floats


def newcomers_at(panel: Panel, at: int, start: Ints, stop: Ints) -> Newcomers:
    """The newcomers as they stand in the evening of day `at`, for the periods [start, stop)."""
    spells, series = panel.newcomers, len(panel.spend)
    told = panel.plan.known <= at
    lengths = (panel.plan.end - panel.plan.start + 1)[told]
    spent, first, last = so_far(spells, at)
    known = last >= 0
    ended = known & (at - last >= _STILL)
    life = last - first + 1
    apart = known & ((at - first < YOUNG) | (ended & (life <= YOUNG)))
    survival = _survival(life[known], ended[known], lengths)
    days = max(int(stop.max(initial=0)) - at - 1, 1)
    ahead = np.clip(np.stack([start, stop]) - at - 1, 0, days)
    running = np.flatnonzero(apart & ~ended)
    age = np.minimum(at - first[running] + 1, YOUNG)
    rows = slice(*np.searchsorted(spells.day, [at + 1 - _PACE_DAYS, at + 1]))
    pace = sums(spells.owner[rows], spells.amount[rows], len(spells))[running] / np.minimum(age, _PACE_DAYS)
    lived = _lived(survival, age, max(days, YOUNG))
    size = _monthly(panel, at)
    sizes = np.concatenate(
        [
            _parts(panel.plan.amount[told], size[panel.flights.series[told]]),
            _parts(spent[ended], size[spells.series[ended]]),
        ]
    )
    left = _left(sizes, _parts(spent[running], size[spells.series[running]])) * size[spells.series[running]]
    by_life = pace * lived[:, YOUNG]
    pace = pace * np.divide(np.minimum(by_life, left), by_life, out=np.zeros(len(running)), where=by_life > 0)
    rest = np.zeros((series, len(start)))
    for place, (begin, end) in enumerate(ahead.T):
        rest[:, place] = sums(spells.series[running], pace * (lived[:, end] - lived[:, begin]), series)
    return Newcomers(apart, rest, _fresh(panel, apart, survival, at, ahead))


def _survival(life: Ints, ended: Flags, lengths: Ints) -> Floats:
    """The chance to live for more than so many days, (YOUNG + 1,)."""
    longest = YOUNG + 2
    prior = np.bincount(np.clip(lengths, 1, YOUNG + 1), minlength=longest) if len(lengths) else np.ones(longest)
    deaths = prior * (_PRIOR / prior.sum())
    at_risk = deaths[::-1].cumsum()[::-1]
    capped = np.clip(life, 1, YOUNG + 1)
    deaths = deaths + np.bincount(capped[ended], minlength=longest)
    at_risk = at_risk + np.bincount(capped, minlength=longest)[::-1].cumsum()[::-1]
    hazard = np.divide(deaths, at_risk, out=np.zeros(longest), where=at_risk > 0)[: YOUNG + 1]
    hazard[0] = 0
    survival: Floats = np.maximum(np.cumprod(1 - np.minimum(hazard, 1)), 1e-6)
    return survival


def _lived(survival: Floats, age: Ints, days: int) -> Floats:
    """Days each campaign is still to be expected to spend within so many days, (campaigns, days + 1)."""
    ahead = np.minimum(age[:, None] + np.arange(1, days + 1), YOUNG)
    lives = np.cumsum(survival[ahead] / survival[age][:, None], axis=1)
    return np.concatenate([np.zeros((len(age), 1)), lives], axis=1)


def _monthly(panel: Panel, at: int) -> Floats:
    """Thirty days of each series' late spend, the measure of a campaign's size, (series,)."""
    late = panel.spend[:, max(at + 1 - _SIZE_DAYS, 0) : at + 1]
    size: Floats = np.maximum(late.mean(axis=1), 0.0) * 30
    return size


def _parts(amount: Floats, size: Floats) -> Floats:
    return np.divide(amount, size, out=np.zeros(len(amount)), where=size > 0)


def _left(sizes: Floats, spent: Floats) -> Floats:
    """What those that have spent so much spend more, judged by the sizes of others: mean excess, (campaigns,).

    A large campaign is as a rule a short one, so pace times days alone would take it too far.
    """
    ordered = np.sort(sizes[sizes > 0])
    mean = ordered.mean() if len(ordered) else 0.3
    above = np.concatenate([np.cumsum(ordered[::-1])[::-1], [0.0]])
    place = np.searchsorted(ordered, spent, side="right")
    count = len(ordered) - place
    excess: Floats = (above[place] - spent * count + mean * _EXCESS_PRIOR) / (count + _EXCESS_PRIOR)
    return excess


def _fresh(panel: Panel, apart: Flags, survival: Floats, at: int, ahead: Ints) -> Floats:
    """See Newcomers; `ahead`: (2, periods), first day of each and the one after its last, in days after the origin."""
    series, begin = len(panel.spend), max(at + 1 - _LOOK_BACK, 0)
    new = daily(panel.newcomers, apart, series, begin, at).sum(axis=1)
    base = panel.spend[:, begin : at + 1].sum(axis=1) - new
    usable = base > 0
    common = max(new[usable].sum() / base[usable].sum(), 0.0) if usable.any() else 0.0
    own = np.divide(new, base, out=np.full(series, common), where=usable)
    weight = (at + 1 - begin) / _LOOK_BACK
    share = np.clip((own * weight + common * _SHARE_PRIOR) / (weight + _SHARE_PRIOR), 0, 1)
    # Of the unplanned spend so many days ahead, the part that begins after the origin: the rest has begun before it.
    living = np.cumsum(survival[:YOUNG]) / survival[:YOUNG].sum()
    begun = np.concatenate([[0.0], np.cumsum(living)])
    first, past = (np.interp(days, np.arange(YOUNG + 1), begun) + np.maximum(days - YOUNG, 0) for days in ahead)
    part = np.divide(past - first, ahead[1] - ahead[0], out=np.zeros(len(first)), where=ahead[1] > ahead[0])
    fresh: Floats = share[:, None] * part[None, :]
    return fresh

"""Whose each day of a campaign is: a planned flight's, a newcomer's that nobody planned, or the base's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import NEVER, Flags, Floats, Ints, days_since, sums

YOUNG = 45  # days for which a campaign that nobody planned is taken as one that will end
_LANE = ["series", "campaign_id"]
_RUN_OFF = 14  # days after its end to which a flight's campaign is still its own
_EARLY = 3  # days before its start, likewise


@dataclass(frozen=True)
class Spells:
    """What some campaigns spent on their days: by spell and day `owner`, `day`, `amount`, (days,), ordered by day.

    Shape (spells,): `series`, and over all that is known `total`, `first` (NEVER without spend), `last` (-1).
    """

    series: Ints
    owner: Ints
    day: Ints
    amount: Floats
    total: Floats
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.series)


@dataclass(frozen=True)
class Plan:
    """Planned flights, (flights,): first and last day, amount, the first evening on which it stood in the plan."""

    start: Ints
    end: Ints
    amount: Floats
    known: Ints


def planned_of(flights: pd.DataFrame, spend: pd.DataFrame, first: pd.Timestamp, last: int) -> tuple[Plan, Spells]:
    """Each day of a campaign with flights belongs to the last of its flights that has begun, or nearly.

    A flight whose announcement has no date stands in the plan today; before, it is taken as seen when it began.
    """
    flights = flights.sort_values(["series", "campaign_id", "start_date"], ignore_index=True)
    start, end = days_since(flights["start_date"], first), days_since(flights["end_date"], first)
    known = np.minimum(days_since(flights["announced_on"].fillna(flights["start_date"]), first), last)
    plan = Plan(start, end, flights["planned_amount"].to_numpy(dtype=float), known)
    lanes = pd.MultiIndex.from_frame(flights[_LANE].drop_duplicates())
    lane = _lanes(flights, lanes)
    place = _lanes(spend, lanes)
    rows = np.flatnonzero(place >= 0)
    place, day = place[rows], days_since(spend["date_day"], first)[rows]
    # One sorted key for campaign and day finds the last flight that had begun by then.
    low = min(int(start.min(initial=0)), 0) - _EARLY
    span = max(int(start.max(initial=0)), last) - low + 1
    found = np.searchsorted(lane * span + start - _EARLY - low, place * span + day - low, side="right") - 1
    owner = np.maximum(found, 0)
    mine = found >= 0
    mine[mine] = (lane[owner[mine]] == place[mine]) & (day[mine] <= end[owner[mine]] + _RUN_OFF)
    amount = spend["amount"].to_numpy(dtype=float)[rows]
    return plan, _spells(flights["series"].to_numpy(), owner[mine], day[mine], amount[mine])


def newcomers_of(flights: pd.DataFrame, spend: pd.DataFrame, first: pd.Timestamp, matrix: Floats) -> Spells:
    """Campaigns that no plan holds, of series that had been there for YOUNG days when they began."""
    lanes = pd.MultiIndex.from_frame(flights[_LANE].drop_duplicates())
    others = spend[_lanes(spend, lanes) < 0]
    names = others[_LANE].drop_duplicates()
    owner, day = _lanes(others, pd.MultiIndex.from_frame(names)), days_since(others["date_day"], first)
    began = np.full(len(names), NEVER)
    np.minimum.at(began, owner, day)
    series = names["series"].to_numpy()
    settled = (matrix != 0).argmax(axis=1) + YOUNG
    new = began >= settled[series]
    number = np.cumsum(new) - 1
    mine = new[owner]
    return _spells(series[new], number[owner[mine]], day[mine], others["amount"].to_numpy(dtype=float)[mine])


def _lanes(frame: pd.DataFrame, lanes: pd.MultiIndex) -> Ints:
    if not len(lanes) or not len(frame):
        return np.full(len(frame), -1, dtype=np.int64)
    return np.asarray(lanes.get_indexer(pd.MultiIndex.from_frame(frame[_LANE])), dtype=np.int64)


def _spells(series: Ints, owner: Ints, day: Ints, amount: Floats) -> Spells:
    order = np.argsort(day, kind="stable")
    owner, day, amount = owner[order], day[order], amount[order]
    first, last = np.full(len(series), NEVER), np.full(len(series), -1)
    np.minimum.at(first, owner, day)
    np.maximum.at(last, owner, day)
    return Spells(series, owner, day, amount, sums(owner, amount, len(series)), first, last)


def daily(spells: Spells, chosen: Flags, series: int, begin: int, end: int) -> Floats:
    """Daily spend of the chosen spells from day `begin` to `end`: (series, days)."""
    first, past = np.searchsorted(spells.day, [begin, end + 1])
    owner, days = spells.owner[first:past], end - begin + 1
    place = spells.series[owner] * days + spells.day[first:past] - begin
    return sums(place, np.where(chosen[owner], spells.amount[first:past], 0.0), series * days).reshape(series, days)


def by_period(spells: Spells, chosen: Flags, series: int, stop: Ints, begin: int, at: int) -> Floats:
    """Spend of the chosen spells from day `begin` to `at` by period, (series, periods); `stop`: the day after each."""
    first, past = np.searchsorted(spells.day, [begin, at + 1])
    owner = spells.owner[first:past]
    place = spells.series[owner] * len(stop) + np.searchsorted(stop, spells.day[first:past], side="right")
    amount = np.where(chosen[owner], spells.amount[first:past], 0.0)
    return sums(place, amount, series * len(stop)).reshape(series, len(stop))


def so_far(spells: Spells, at: int) -> tuple[Floats, Ints, Ints]:
    """Spend, first and last day of each spell up to day `at`: first is at + 1 and last -1 where there is none."""
    begun, over = spells.first <= at, spells.last <= at
    spent, last = np.where(over, spells.total, 0.0), np.where(over, spells.last, -1)
    running = np.flatnonzero(begun & ~over)
    if len(running):
        # All that those have spent lies in the days since the oldest of them began.
        first, past = np.searchsorted(spells.day, [spells.first[running].min(), at + 1])
        owner = spells.owner[first:past]
        spent[running] = sums(owner, spells.amount[first:past], len(spells))[running]
        latest = np.full(len(spells), -1)
        latest[owner] = spells.day[first:past]  # ordered by day: the last one stays
        last[running] = latest[running]
    return spent, np.where(begun, spells.first, at + 1), last

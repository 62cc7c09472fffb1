"""Frames as SQL hands them over, as arrays over series and days; what was known on a day is read off, never ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import NEVER, Floats, Ints, days_since, sums
from outlay.decisions.forecasting.campaigns import Plan, Spells, newcomers_of, planned_of

KEYS = ["department_id", "channel", "spend_category"]
MOST_DAYS = 1100  # of history that counts: three times the trade's year


@dataclass(frozen=True)
class Panel:
    """All that is known at the end of day `last`; day 0 is the first one kept.

    `spend`: (series, last + 1). `flights`: what the campaigns of `plan` spent, in its order. `newcomers`: campaigns
    without a plan that began well after their series did. `start`, `stop` (the day after the last): (periods,), in
    order and without gaps. `budget`, `told`: (series, periods, revisions), each revision's total and the first evening
    on which it was known, NEVER where there is none. `event`: (days,), the class of each day up to the last period's
    end; 0 is an ordinary one.
    """

    keys: pd.DataFrame
    first_day: pd.Timestamp
    last: int
    spend: Floats
    plan: Plan
    flights: Spells
    newcomers: Spells
    start: Ints
    stop: Ints
    budget: Floats
    told: Ints
    event: Ints

    @property
    def current(self) -> int:
        """The period that holds the first day that is not known."""
        return int(np.searchsorted(self.stop, self.last + 1, side="right"))


def panel_of(
    spend: pd.DataFrame,
    flights: pd.DataFrame,
    budgets: pd.DataFrame,
    periods: pd.DataFrame,
    events: pd.DataFrame,
    as_of: pd.Timestamp,
) -> Panel:
    """The panel of what was known in the evening of `as_of`; columns as in `forecast`.

    Raises ValueError where periods leave gaps, overlap, or none of them holds the day after `as_of`.
    """
    periods = periods.sort_values("start_date", ignore_index=True)
    begins, ends = periods["start_date"], periods["end_date"]
    if (begins.iloc[1:].to_numpy() != (ends.iloc[:-1] + pd.Timedelta(days=1)).to_numpy()).any():
        raise ValueError("the periods leave a gap or overlap; each one begins on the day after the one before")
    tomorrow = as_of + pd.Timedelta(days=1)
    if periods.empty or not begins.iloc[0] <= tomorrow <= ends.iloc[-1]:
        raise ValueError(f"no period holds {tomorrow.date()}, the first day to forecast")
    spend = spend[spend["date_day"] <= as_of]
    flights = flights[~(flights["announced_on"] > as_of)]
    budgets = budgets[~(budgets["known_from"] > as_of)]
    first = max(spend["date_day"].min() if len(spend) else as_of, as_of - pd.Timedelta(days=MOST_DAYS - 1))
    spend = spend[spend["date_day"] >= first]
    keys, (series, flight_series, budget_series) = _numbered([spend, flights, budgets])
    last = int(days_since(pd.Series([as_of]), first)[0])
    place = series * (last + 1) + days_since(spend["date_day"], first)
    matrix = sums(place, spend["amount"].to_numpy(dtype=float), len(keys) * (last + 1)).reshape(len(keys), last + 1)
    start, stop = days_since(begins, first), days_since(ends, first) + 1
    named = (spend["campaign_id"] != "").to_numpy()
    of_campaigns = spend[named].assign(series=series[named])
    flights = flights.assign(series=flight_series)
    plan, planned = planned_of(flights, of_campaigns, first, last)
    budget, told = _revisions(budgets.assign(series=budget_series), len(keys), pd.Index(periods["period_id"]), first)
    return Panel(
        keys=keys,
        first_day=first,
        last=last,
        spend=matrix,
        plan=plan,
        flights=planned,
        newcomers=newcomers_of(flights, of_campaigns, first, matrix),
        start=start,
        stop=stop,
        budget=budget,
        told=told,
        event=_event_classes(events, first, int(stop[-1])),
    )


def _numbered(frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, list[Ints]]:
    """The series in order, and each frame's rows as numbers of series."""
    codes, names = zip(*(pd.factorize(pd.concat([f[key] for f in frames]), sort=True) for key in KEYS), strict=True)
    shape = tuple(max(len(one), 1) for one in names)
    mixed = np.ravel_multi_index(codes, shape) if len(codes[0]) else np.zeros(0, dtype=np.int64)
    there = np.flatnonzero(np.bincount(mixed, minlength=1))
    number = np.zeros(int(np.prod(shape)), dtype=np.int64)
    number[there] = np.arange(len(there))
    places = np.unravel_index(there, shape)
    keys = pd.DataFrame({key: names[one][places[one]] for one, key in enumerate(KEYS)})
    return keys, np.split(number[mixed], np.cumsum([len(frame) for frame in frames])[:-1])


def _revisions(budgets: pd.DataFrame, count: int, period_ids: pd.Index, first: pd.Timestamp) -> tuple[Floats, Ints]:
    """Totals and first evenings by series, period and revision; periods outside the calendar are left out."""
    budgets = budgets[budgets["period_id"].isin(period_ids)].sort_values("known_from")
    series = budgets["series"].to_numpy()
    period = np.asarray(period_ids.get_indexer(pd.Index(budgets["period_id"])), dtype=np.int64)
    number = budgets.groupby([series, period]).cumcount().to_numpy(dtype=np.int64)
    shape = (count, len(period_ids), int(number.max(initial=0)) + 1)
    budget, told = np.zeros(shape), np.full(shape, NEVER)
    budget[series, period, number] = budgets["amount"].to_numpy(dtype=float)
    told[series, period, number] = days_since(budgets["known_from"], first)
    return budget, told


def _event_classes(events: pd.DataFrame, first: pd.Timestamp, days: int) -> Ints:
    """Classes are numbered by name; of a day with several events the first name counts."""
    classes = np.zeros(days, dtype=np.int64)
    number = {name: place for place, name in enumerate(sorted(events["event"].unique()), 1)}
    known = (
        events.assign(day=days_since(events["date_day"], first)).sort_values(["day", "event"]).drop_duplicates("day")
    )
    known = known[(known["day"] >= 0) & (known["day"] < days)]
    classes[known["day"].to_numpy(dtype=np.int64)] = known["event"].map(number).to_numpy(dtype=np.int64)
    return classes

"""Generated daily spend with the plan behind it, in families that the forecast does not assume.

Each channel has a monthly budget (steps, changes in the month told on the day, a season) whose base spend follows it
with a completion of its own, weekdays, pacing errors that last for days, payments that fail, a cap or a flush of what
is left at the month's end, and the trade's days (Black Friday, the days before and after Christmas) with lifts of
their own every year. Flights come on top: planned weeks before, delivered in a shape of their own, late, cut short or
not at all, some never announced. How hard it is was set by the plainest baselines (the average of the days known, the
budget times its past completion), not by the method that is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tests.support.spending_channels import BAD_PLAN, GOOD_PLAN, START, Calendar, Channel, Difficulty, slow

__all__ = ["BAD_PLAN", "GOOD_PLAN", "START", "Difficulty", "Spending", "simulate"]


@dataclass(frozen=True)
class Spending:
    """Frames as `outlay.decisions.forecasting.forecast` takes them, with all that ever happened.

    `spend`: the series (department_id, channel, spend_category), campaign_id, date_day, amount. `flights`: the series,
    campaign_id, start_date, end_date, planned_amount, announced_on. `budgets`: the series, period_id, amount,
    known_from. `periods`: period_id, start_date, end_date. `events`: date_day, event.
    """

    spend: pd.DataFrame
    flights: pd.DataFrame
    budgets: pd.DataFrame
    periods: pd.DataFrame
    events: pd.DataFrame

    def known_on(self, day: date) -> Spending:
        """What anybody could know in the evening of a day."""
        now = pd.Timestamp(day)
        return Spending(
            spend=self.spend[self.spend["date_day"] <= now],
            flights=self.flights[self.flights["announced_on"] <= now],
            budgets=self.budgets[self.budgets["known_from"] <= now],
            periods=self.periods,
            events=self.events,
        )

    def actuals(self) -> pd.DataFrame:
        """What each period came to: department_id, channel, period_id, actual."""
        place = np.searchsorted(self.periods["start_date"].to_numpy(), self.spend["date_day"].to_numpy(), "right") - 1
        named = self.spend.assign(period_id=self.periods["period_id"].to_numpy()[place])
        sums = named.groupby(["department_id", "channel", "period_id"], as_index=False)["amount"].sum()
        return sums.rename(columns={"amount": "actual"})


def simulate(seed: int, channels: int = 40, months: int = 30, difficulty: Difficulty = GOOD_PLAN) -> Spending:
    """A company's spend; the same seed gives the same bytes, and the same spend under every difficulty of the plan."""
    calendar = Calendar.of(months)
    mood = slow(np.random.default_rng([seed, channels, 2]), months, 0.0, 0.05, 0.3)
    frames: list[tuple[pd.DataFrame, ...]] = []
    for number in range(channels):
        rng = np.random.default_rng([seed, number])
        told = np.random.default_rng([seed, number, 1])
        frames.append(Channel(number, calendar, mood, rng).lived(told, difficulty))
    spend, flights, budgets = (pd.concat(kind, ignore_index=True) for kind in zip(*frames, strict=True))
    return Spending(spend, flights, budgets, calendar.periods(), calendar.events())

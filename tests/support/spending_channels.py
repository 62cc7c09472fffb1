"""How one channel of a simulated company plans and spends; see tests.support.spending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

START = date(2023, 1, 1)
DEPARTMENTS = 5


@dataclass(frozen=True)
class Difficulty:
    """What may differ between scenarios; the rest is the same for all."""

    unannounced: float = 0.15  # share of flights that no plan holds
    budget_error: float = 0.0  # log standard deviation of the budget that is told against the one that is followed


GOOD_PLAN = Difficulty()
BAD_PLAN = Difficulty(unannounced=0.40, budget_error=0.30)


@dataclass(frozen=True)
class Calendar:
    """Days and months, numbered from START; one month more than is lived, so that the next one has a plan."""

    months: int
    first: NDArray[np.int64]  # of each month and of the one after the last, shape (months + 1,)

    @classmethod
    def of(cls, months: int) -> Calendar:
        starts = [
            date(START.year + (START.month - 1 + m) // 12, (START.month - 1 + m) % 12 + 1, 1) for m in range(months + 1)
        ]
        return cls(months, np.array([(day - START).days for day in starts]))

    @property
    def days(self) -> int:
        return int(self.first[-1])

    @property
    def dates(self) -> pd.DatetimeIndex:
        return pd.date_range(START, periods=self.days, unit="us")

    def periods(self) -> pd.DataFrame:
        starts = pd.to_datetime([START + timedelta(int(day)) for day in self.first[:-1]])
        ends = pd.to_datetime([START + timedelta(int(day) - 1) for day in self.first[1:]])
        return pd.DataFrame({"period_id": starts.strftime("%Y-%m"), "start_date": starts, "end_date": ends})

    def black_fridays(self) -> list[int]:
        """The day after the fourth Thursday of November."""
        return [
            (day - START).days
            for day in map(date.fromisoformat, ("2023-11-24", "2024-11-29", "2025-11-28"))
            if (day - START).days < self.days
        ]

    def events(self) -> pd.DataFrame:
        """The days a planner knows to be unlike others, by name."""
        rows = [(friday + shift, "black_week") for friday in self.black_fridays() for shift in range(-4, 4)]
        for number, day in enumerate(self.dates):
            if (day.month, day.day) in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)):
                rows.append((number, "public_holiday"))
            elif (day.month, day.day) >= (12, 24):
                rows.append((number, "year_end"))
            elif (day.month, day.day) >= (12, 4):
                rows.append((number, "advent"))
        days = pd.to_datetime([START + timedelta(number) for number, _ in rows])
        return pd.DataFrame({"date_day": days, "event": [name for _, name in rows]})


class Channel:
    """One channel of one department, drawn from its own stream."""

    def __init__(self, number: int, calendar: Calendar, mood: Floats, rng: np.random.Generator) -> None:
        self.calendar, self.rng = calendar, rng
        self.mood = mood * rng.uniform(0.4, 1.6)
        self.department, self.name = f"D{number % DEPARTMENTS + 1}", f"channel_{number:02d}"
        self.size = 20_000 * rng.lognormal(0, 0.8)
        self.flighted = rng.random() < 0.65
        self.capped, self.flushes = rng.random() < 0.25, rng.random() < 0.25
        self.born = int(rng.integers(60, 300)) if rng.random() < 0.1 else 0

    def lived(self, told: np.random.Generator, difficulty: Difficulty) -> tuple[pd.DataFrame, ...]:
        """Spend, flights and budgets as frames."""
        monthly, changes = self._budgets()
        spend = self._base(monthly, changes)
        rows = [pd.DataFrame({"campaign_id": "", "day": np.arange(len(spend)), "amount": spend})]
        plans = []
        for flight, (plan, days, amounts) in enumerate(self._flights(monthly)):
            name = f"{self.name}-{flight:03d}"
            rows.append(pd.DataFrame({"campaign_id": name, "day": days, "amount": amounts}))
            if told.random() >= difficulty.unannounced:
                plans.append((name, *plan))
        lived = pd.concat(rows, ignore_index=True)
        lived = lived[(lived["amount"] != 0) & (lived["day"] >= self.born)]
        dates = self.calendar.dates
        lived = lived.assign(date_day=dates[lived["day"].to_numpy()], amount=lived["amount"].round(2)).drop(
            columns="day"
        )
        return (
            self._named(lived),
            self._named(_flight_frame(plans)),
            self._named(self._told(monthly, changes, told, difficulty)),
        )

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(department_id=self.department, channel=self.name, spend_category="media")

    def _budgets(self) -> tuple[Floats, dict[int, tuple[int, float]]]:
        """Each month's first budget, and the changes within months: month -> (day of the month, factor from then)."""
        rng, months = self.rng, self.calendar.months
        steps = np.where(rng.random(months) < 0.22, rng.normal(0.02, 0.36, months), rng.normal(0, 0.03, months))
        steps[0] = 0
        level = self.size * np.exp(np.clip(np.cumsum(steps), -1.2, 1.2))
        of_year = np.arange(months) % 12
        season = np.where(of_year == 10, rng.uniform(1.0, 1.5), np.where(of_year == 11, rng.uniform(0.85, 1.3), 1.0))
        season = np.where((of_year == 6) | (of_year == 7), rng.uniform(0.75, 1.05), season)
        changed = np.flatnonzero(rng.random(months) < 0.12)
        changes = {int(m): (int(rng.integers(4, 26)), float(np.exp(rng.normal(0, 0.35)))) for m in changed}
        return level * season, changes

    def _base(self, monthly: Floats, changes: dict[int, tuple[int, float]]) -> Floats:
        """What is spent beside flights, by day; the month's end looks at what the month has left."""
        rng, first, days = self.rng, self.calendar.first, self.calendar.days
        weekday = rng.dirichlet(np.full(7, 60.0)) * 7
        weekday[5:] *= rng.uniform(0.5, 1.1)
        shape = weekday[(np.arange(days) + START.weekday()) % 7] * self._trade_days()
        completion = slow(rng, self.calendar.months, rng.normal(0.94, 0.07), 0.06, 0.6)
        completion = completion + self.mood
        pacing = slow(rng, days, 0.0, 0.09, 0.93) + rng.standard_t(4, days) * rng.uniform(0.05, 0.10)
        spend = np.zeros(days)
        for month in range(self.calendar.months):
            begin, end = int(first[month]), int(first[month + 1])
            rate = np.full(end - begin, monthly[month] / (end - begin))
            if month in changes:
                day, factor = changes[month]
                rate[day:] *= factor
            drawn = np.maximum(rate * completion[month] * shape[begin:end] * np.exp(pacing[begin:end]), 0)
            spend[begin:end] = self._closed(drawn, rate.sum())
        self._troubled(spend)
        return spend

    def _closed(self, drawn: Floats, budget: float) -> Floats:
        """The month's end: spending stops where the cap is reached, or what is left goes out in the last days."""
        if self.capped:
            drawn = np.diff(np.minimum(np.cumsum(drawn), budget * 1.02), prepend=0.0)
        if self.flushes:
            last = int(self.rng.integers(3, 6))
            left = budget - drawn.sum()
            if left > 0:
                drawn[-last:] += left * self.rng.uniform(0.3, 1.0) / last
        return drawn

    def _troubled(self, spend: Floats) -> None:
        """Payments that fail for days, and a credit now and then, in place."""
        rng = self.rng
        for begin in np.flatnonzero(rng.random(len(spend)) < 0.003):
            spend[begin : begin + int(rng.integers(2, 6))] = 0
        for day in np.flatnonzero(rng.random(len(spend)) < 0.001):
            spend[day] -= rng.uniform(0.5, 2.0) * self.size / 30

    def _trade_days(self) -> Floats:
        """Factors of the trade's days; their height is drawn anew every year."""
        rng, factor, dates = self.rng, np.ones(self.calendar.days), self.calendar.dates
        lift, quiet, advent = rng.uniform(0.9, 2.4), rng.uniform(0.35, 1.0), rng.uniform(0.9, 1.35)
        for friday in self.calendar.black_fridays():
            height = 1 + (lift - 1) * rng.lognormal(0, 0.25)
            for shift, part in zip(range(-4, 4), (0.3, 0.35, 0.4, 0.6, 1.0, 0.7, 0.65, 0.8), strict=True):
                if 0 <= friday + shift < len(factor):
                    factor[friday + shift] = 1 + (height - 1) * part
        ends = (dates.month == 12) & (dates.day >= 24) | (dates.month == 1) & (dates.day == 1)
        before = (dates.month == 12) & (dates.day >= 4) & (dates.day < 24)
        return np.where(ends, quiet * rng.lognormal(0, 0.1), np.where(before, advent, factor))

    def _flights(self, monthly: Floats) -> list[tuple[tuple[int, int, float, int], NDArray[np.int64], Floats]]:
        """Each flight's plan (start, end, amount, announced) with the days and amounts it really had."""
        if not self.flighted:
            return []
        rng, flights = self.rng, []
        for month in range(self.calendar.months):
            for _ in range(rng.poisson(0.7)):
                start = int(rng.integers(self.calendar.first[month], self.calendar.first[month + 1]))
                length = int(rng.integers(5, 27))
                amount = float(np.round(monthly[month] * rng.uniform(0.12, 0.65), -1))
                plan = (start, start + length - 1, amount, start - int(rng.integers(3, 46)))
                flights.append((plan, *self._flown(start, length, amount)))
        return flights

    def _flown(self, start: int, length: int, amount: float) -> tuple[NDArray[np.int64], Floats]:
        rng = self.rng
        fate, late, cut = rng.random(), int(rng.integers(1, 7)), rng.uniform(0.2, 0.8)
        front, noise, delivered = rng.uniform(-0.6, 0.6), rng.lognormal(0, 0.25, length), rng.normal(0.97, 0.07)
        if fate < 0.07:
            return np.array([], dtype=np.int64), np.array([])
        delay = late if fate > 0.82 else 0
        shape = (1 + front * np.linspace(1, -1, length)) * noise
        amounts = shape / shape.sum() * amount * delivered
        if fate < 0.13:
            amounts = amounts[: max(1, int(cut * length))]
        if fate > 0.91:
            amounts = amounts[: max(1, length - delay)]  # what the delay cost is never made up for
        days = start + delay + np.arange(len(amounts))
        return days[days < self.calendar.days], amounts[days < self.calendar.days]

    def _told(
        self, monthly: Floats, changes: dict[int, tuple[int, float]], told: np.random.Generator, difficulty: Difficulty
    ) -> pd.DataFrame:
        """Budgets as planners state them: each month before it begins, a change on the day it is made."""
        rows = []
        for month, amount in enumerate(monthly):
            begin, days = int(self.calendar.first[month]), int(np.diff(self.calendar.first)[month])
            wrong = float(np.exp(difficulty.budget_error * told.standard_normal()))
            if begin + days <= self.born:
                continue
            rows.append((month, amount * wrong, begin - int(told.integers(2, 40))))
            if month in changes:
                day, factor = changes[month]
                rows.append((month, amount * wrong * (day + (days - day) * factor) / days, begin + day))
        names = self.calendar.periods()["period_id"].to_numpy()
        return pd.DataFrame(
            {
                "period_id": names[[month for month, _, _ in rows]],
                "amount": np.round([amount for _, amount, _ in rows], 2),
                "known_from": pd.to_datetime([START + timedelta(day) for _, _, day in rows]),
            }
        )


def slow(rng: np.random.Generator, count: int, mean: float, spread: float, memory: float) -> Floats:
    """A first-order autoregression with that stationary standard deviation."""
    noise = rng.normal(0, spread * np.sqrt(1 - memory**2), count)
    state, values = rng.normal(0, spread), np.zeros(count)
    for place in range(count):
        state = memory * state + noise[place]
        values[place] = mean + state
    return values


def _flight_frame(plans: list[tuple[str, int, int, float, int]]) -> pd.DataFrame:
    def days(place: int) -> pd.DatetimeIndex:
        return pd.to_datetime([START + timedelta(int(plan[place])) for plan in plans])

    return pd.DataFrame(
        {
            "campaign_id": pd.Series([plan[0] for plan in plans], dtype="str"),
            "start_date": days(1),
            "end_date": days(2),
            "planned_amount": [plan[3] for plan in plans],
            "announced_on": days(4),
        }
    )

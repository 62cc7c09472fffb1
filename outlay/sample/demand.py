"""What is served on a day: each campaign's spend, the touches that spend brings by its response curve, the flights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, month_days, month_first, month_number
from outlay.sample.plan import CHANNELS, END_OFFSET, OVERRUN_DAYS, SPEND_AFTER_END, Plan

_WEEKDAY = {  # Monday first
    "b2b_social": (1.25, 1.3, 1.3, 1.2, 1.05, 0.45, 0.45),
    "shopping": (1.0, 0.95, 0.95, 0.95, 1.0, 1.05, 1.1),
}
_ORDINARY_WEEK = (1.02, 1.0, 0.98, 0.98, 0.97, 1.0, 1.05)
# Room for touches beyond an ordinary day's: the share of journey steps that find no touch at all is what remains.
CAPACITY = 1.7


@dataclass(frozen=True)
class Flight:
    """A planned burst of one campaign in one month. `announced_on` is None where marketing told nobody."""

    campaign: int
    first: int
    last: int
    level: float
    planned_cents: int
    announced_on: int | None


@dataclass(frozen=True)
class MonthPlan:
    """One calendar month: each campaign's level (campaigns × days, 1 is ordinary) and the flights behind it."""

    first: int
    level: NDArray[np.float64]
    flights: tuple[Flight, ...]


def season(ordinal: int) -> float:
    """The year's wave: warm months and the weeks before Christmas sell more."""
    of_year = day_of(ordinal).timetuple().tm_yday
    return 1.0 + 0.10 * math.sin(2 * math.pi * (of_year - 80) / 365.25) + (0.25 if 320 <= of_year <= 355 else 0.0)


class Demand:
    """Spend and touches by day. Everything asked for is a function of (seed, day); a small cache bounds the memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._months: dict[int, MonthPlan] = {}
        self._spend: dict[int, NDArray[np.int64]] = {}
        week = [_WEEKDAY.get(campaign.channel, _ORDINARY_WEEK) for campaign in plan.campaigns]
        self._week = np.array(week).T
        spends = np.array([channel.daily_spend for channel in CHANNELS])
        self._ordinary = plan.share * spends[plan.channel_of]
        self._base_touches = np.array([channel.daily_touches for channel in CHANNELS])
        self._half = np.array([channel.half_ratio * channel.daily_spend for channel in CHANNELS])
        self._slope = np.array([channel.slope for channel in CHANNELS])
        self._paid = spends > 0

    def month(self, month: int) -> MonthPlan:
        """The levels and flights of a calendar month."""
        if month not in self._months:
            self._months[month] = self._plan_month(month)
        return self._months[month]

    def _plan_month(self, month: int) -> MonthPlan:
        rng = generator(self.plan.seed, Stream.MONTHS, month)
        first, days = month_first(month), month_days(month)
        count = len(self.plan.campaigns)
        steady = rng.lognormal(0.0, 0.16, count)
        active, begin = rng.random(count) < 0.8, rng.integers(0, 10, count)
        length, level = rng.integers(9, 20, count), rng.uniform(1.3, 2.2, count)
        told, lead = rng.random(count) < 0.85, rng.integers(4, 30, count)
        error = rng.lognormal(0.0, 0.10, count)
        levels = np.repeat(steady[:, None], days, axis=1)
        flights = []
        for campaign in self.plan.campaigns:
            number = campaign.number
            here, there, height = 0, days - 1, float(steady[number])
            if campaign.flighted:
                levels[number] = 0.0
                if not active[number]:
                    continue
                here, height = int(begin[number]), float(level[number])
                there = min(days - 1, here + int(length[number]) - 1)
                levels[number, here : there + 1] = height
            planned = float(self._ordinary[number]) * height * (there - here + 1) * season(first + here)
            announced = first + here - int(lead[number]) if told[number] or not campaign.flighted else None
            cents = self.plan.cents(planned * float(self.plan.plan_rate[number]) * float(error[number]))
            flights.append(Flight(number, first + here, first + there, height, cents, announced))
        if len(self._months) > 30:
            self._months.pop(min(self._months))
        return MonthPlan(first, levels, tuple(flights))

    def expected(self, ordinal: int) -> NDArray[np.float64]:
        """Expected spend by campaign in euros at this company's size."""
        month = self.month(month_number(ordinal))
        levels = month.level[:, ordinal - month.first].copy()
        for campaign in self.plan.campaigns:
            if campaign.name == SPEND_AFTER_END and ordinal > self.plan.start + END_OFFSET + OVERRUN_DAYS:
                levels[campaign.number] = 0.0
        weekday = self._week[day_of(ordinal).weekday()]
        return np.asarray(self._ordinary * levels * weekday * season(ordinal) * self.plan.scale)

    def final_cents(self, ordinal: int) -> NDArray[np.int64]:
        """What each campaign is finally said to have spent that day, in cents of its platform's currency."""
        if ordinal not in self._spend:
            rng = generator(self.plan.seed, Stream.SPEND, ordinal)
            noise = rng.lognormal(-0.01, 0.14, len(self.plan.campaigns))
            euros = self.expected(ordinal) * noise
            self._spend[ordinal] = np.rint(euros * self.plan.plan_rate * 100).astype(np.int64)
            if len(self._spend) > 140:
                self._spend.pop(min(self._spend))
        return self._spend[ordinal]

    def spend_euros(self, ordinal: int) -> NDArray[np.float64]:
        """The same in euros at the planners' rate: what the response curves are written in."""
        return self.final_cents(ordinal) / (100.0 * self.plan.plan_rate)

    def channel_touches(self, ordinal: int) -> NDArray[np.float64]:
        """Expected touches by channel: the Hill curve of the day's spend, or the season where nothing is bought."""
        euros = np.bincount(self.plan.channel_of, self.spend_euros(ordinal), len(CHANNELS)) / self.plan.scale
        return self.hill(euros, season(ordinal)) * self.plan.scale

    def hill(self, euros: NDArray[np.float64], unpaid: float) -> NDArray[np.float64]:
        """Touches by channel at scale 1 for a spend by channel at scale 1; `unpaid` multiplies the other channels."""
        power = euros**self._slope
        half = np.where(self._paid, self._half, 1.0) ** self._slope
        ordinary = np.array([channel.daily_spend for channel in CHANNELS]) ** self._slope
        top = self._base_touches * (1 + half / np.where(self._paid, ordinary, 1.0))
        return np.where(self._paid, top * power / (half + power), self._base_touches * unpaid)

    def touch_chances(self, ordinal: int) -> NDArray[np.float64]:
        """The chance that a journey step of that day is a touch of each channel; the rest are no touch."""
        chances = self.channel_touches(ordinal) / (self._base_touches.sum() * CAPACITY * self.plan.scale)
        return np.asarray(chances / max(1.0, float(chances.sum())))

    def campaign_chances(self, ordinal: int) -> NDArray[np.float64]:
        """Each campaign's part of its channel's touches that day; a channel's parts sum to 1, or to 0."""
        euros = self.spend_euros(ordinal)
        totals = np.bincount(self.plan.channel_of, euros, len(CHANNELS))[self.plan.channel_of]
        return np.divide(euros, totals, out=np.zeros_like(euros), where=totals > 0)

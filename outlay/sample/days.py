"""Days as ordinals, the company's midnights in UTC, months, and the days on which banks and book-keepers work."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

TIME_ZONE = "Europe/Berlin"  # the sample company's; company.toml says the same
DAY_SECONDS = 86_400


def day_of(ordinal: int) -> date:
    """The calendar day of a proleptic ordinal."""
    return date.fromordinal(ordinal)


@lru_cache(maxsize=4096)
def midnight(ordinal: int) -> int:
    """The UTC epoch second at which the company's day begins."""
    day = date.fromordinal(ordinal)
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(TIME_ZONE)).timestamp())


def midnights(first: int, count: int) -> NDArray[np.int64]:
    """The beginnings of `count` days from ordinal `first` on, and the end of the last: count + 1 epoch seconds."""
    return np.array([midnight(first + offset) for offset in range(count + 1)], dtype=np.int64)


def month_number(ordinal: int) -> int:
    """Months since year 0: January 2026 is 24312."""
    day = date.fromordinal(ordinal)
    return day.year * 12 + day.month - 1


def month_name(month: int) -> str:
    """`2026-01`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_first(month: int) -> int:
    """The ordinal of the month's first day."""
    return date(month // 12, month % 12 + 1, 1).toordinal()


def month_last(month: int) -> int:
    """The ordinal of the month's last day."""
    return month_first(month) + month_days(month) - 1


def month_days(month: int) -> int:
    """How many days the month has."""
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@lru_cache(maxsize=64)
def _closing_days(year: int) -> frozenset[date]:
    easter = _easter(year)
    fixed = [date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)]
    return frozenset([*fixed, easter - timedelta(days=2), easter + timedelta(days=1)])


def is_business_day(ordinal: int) -> bool:
    """Monday to Friday without the holidays of the TARGET system, on which the ECB publishes no rates."""
    day = date.fromordinal(ordinal)
    return day.weekday() < 5 and day not in _closing_days(day.year)


def next_business_day(ordinal: int) -> int:
    """The day itself if it is a business day, else the next one."""
    while not is_business_day(ordinal):
        ordinal += 1
    return ordinal

"""Days on which advertisers spend as on no other: a country's public holidays and the trade's own seasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import holidays

BLACK_WEEK, ADVENT, YEAR_END, PUBLIC_HOLIDAY = "black_week", "advent", "year_end", "public_holiday"


def trade_days(first: date, last: date, country: str | None) -> list[tuple[date, str]]:
    """(day, what it is) from `first` to `last`, both included, in order; a day has one name.

    `country`: ISO 3166 code of the public holidays; None, or one whose holidays nobody keeps, has none. Black week is
    the Monday before Black Friday to the Monday after it, advent 4 to 23 December, the year's end 24 December onwards.
    """
    years = range(first.year, last.year + 1)
    named: dict[date, str] = {}
    for year in years:
        named |= dict.fromkeys(_days(date(year, 12, 4), 20), ADVENT)
        named |= dict.fromkeys(_days(date(year, 12, 24), 8), YEAR_END)
        named |= dict.fromkeys(_days(_black_friday(year) - timedelta(days=4), 8), BLACK_WEEK)
    if country and country in holidays.list_supported_countries():
        public = holidays.country_holidays(country, years=years)
        named |= {day: PUBLIC_HOLIDAY for day in public if named.get(day) != YEAR_END}
    return sorted((day, name) for day, name in named.items() if first <= day <= last)


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(count))


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)

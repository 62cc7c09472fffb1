"""The company's fiscal calendar: periods, quarters and years that tile time without gap or overlap.

Week patterns cut a year into twelve periods of four or five weeks (4-4-5, 4-5-4, 5-4-4) or thirteen of four; when a
year has a 53rd week, its last period takes it. A week-pattern year starts on the weekday of `first_day` nearest to the
first of the month (the "nearest" 52-53-week rule of the US tax code, section 441(f), which the retail calendar
follows); a `first_day` more than three days from any month's first is repeated nearest to its own anniversary.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from outlay.company import FiscalCalendarSection

WEEKS_OF_PERIODS: dict[str, tuple[int, ...]] = {
    "445": (4, 4, 5) * 4,
    "454": (4, 5, 4) * 4,
    "544": (5, 4, 4) * 4,
    "13x4": (4,) * 13,
}
# Thirteen periods do not divide into four quarters: three, three, three and four is the usual cut.
QUARTER_OF_13 = (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4)


@dataclass(frozen=True)
class FiscalPeriod:
    """One period, quarter or year; `end_date` is inclusive."""

    period_id: str
    period_kind: str
    fiscal_year: int
    period_no: int | None
    quarter_no: int | None
    start_date: date
    end_date: date
    quarter_id: str | None
    year_id: str
    comparable_prior_period_id: str
    also_called: str | None = None

    @property
    def days(self) -> int:
        return (self.end_date - self.start_date).days + 1


def fiscal_periods(section: FiscalCalendarSection, first: date, last: date) -> list[FiscalPeriod]:
    """Every period, quarter and year of the fiscal years that touch [first, last], in order of start and kind."""
    periods: list[FiscalPeriod] = []
    for named, start, end in _years(section, first, last):
        periods.extend(_year(section, named, start, end))
    return periods


def _years(section: FiscalCalendarSection, first: date, last: date) -> Iterator[tuple[int, date, date]]:
    """Name, first and last day of every fiscal year that touches [first, last]."""
    for year in range(first.year - 1, last.year + 2):
        start, following = _year_start(section, year), _year_start(section, year + 1)
        if start <= last and following > first:
            yield _name(section, year), start, following - timedelta(days=1)


def _name(section: FiscalCalendarSection, year: int) -> int:
    """By its anniversaries, not by its own edges, which move by days: else two years might bear one name, and one none.

    Edges of a week pattern lie about a month's edge; a week to the inside is in the year that is meant.
    """
    inside = timedelta(days=0 if section.pattern == "calendar" else 7)
    if section.fiscal_year_named_by == "start":
        return (_anniversary(section, year) + inside).year
    return (_anniversary(section, year + 1) - timedelta(days=1) - inside).year


def _year_start(section: FiscalCalendarSection, year: int) -> date:
    anniversary = _anniversary(section, year)
    if section.pattern == "calendar" or section.first_day is None:
        return anniversary
    ahead = (section.first_day.weekday() - anniversary.weekday()) % 7
    return anniversary + timedelta(days=ahead if ahead <= 3 else ahead - 7)


def _anniversary(section: FiscalCalendarSection, year: int) -> date:
    """The day of `year` about which a fiscal year starts."""
    if section.pattern == "calendar":
        return date(year, section.first_month, 1)
    first_day = section.first_day
    assert first_day is not None  # company.py demands it for week patterns
    anchor = _near_month_start(first_day)
    return date(year, anchor.month, min(anchor.day, calendar.monthrange(year, anchor.month)[1]))


def _near_month_start(day: date) -> date:
    """The first of a month within three days of `day`, else `day` itself."""
    near = (day + timedelta(days=offset) for offset in range(-3, 4))
    return next((candidate for candidate in near if candidate.day == 1), day)


def _year(section: FiscalCalendarSection, named: int, start: date, end: date) -> Iterator[FiscalPeriod]:
    cuts = list(_period_ranges(section, start, end))
    quarters: dict[int, list[tuple[date, date]]] = {}
    for number, (from_day, to_day) in enumerate(cuts, 1):
        quarter = QUARTER_OF_13[number - 1] if len(cuts) == 13 else (number - 1) // 3 + 1
        quarters.setdefault(quarter, []).append((from_day, to_day))
        fiscal_name, prior = f"{named}-P{number:02}", f"{named - 1}-P{number:02}"
        calendar_names = section.pattern == "calendar"
        yield FiscalPeriod(
            period_id=f"{from_day:%Y-%m}" if calendar_names else fiscal_name,
            period_kind="period",
            fiscal_year=named,
            period_no=number,
            quarter_no=quarter,
            start_date=from_day,
            end_date=to_day,
            quarter_id=f"{named}-Q{quarter}",
            year_id=str(named),
            comparable_prior_period_id=f"{from_day.year - 1}-{from_day:%m}" if calendar_names else prior,
            also_called=fiscal_name,
        )
    for quarter, ranges in quarters.items():
        yield FiscalPeriod(
            period_id=f"{named}-Q{quarter}",
            period_kind="quarter",
            fiscal_year=named,
            period_no=None,
            quarter_no=quarter,
            start_date=ranges[0][0],
            end_date=ranges[-1][1],
            quarter_id=f"{named}-Q{quarter}",
            year_id=str(named),
            comparable_prior_period_id=f"{named - 1}-Q{quarter}",
        )
    yield FiscalPeriod(
        period_id=str(named),
        period_kind="year",
        fiscal_year=named,
        period_no=None,
        quarter_no=None,
        start_date=start,
        end_date=end,
        quarter_id=None,
        year_id=str(named),
        comparable_prior_period_id=str(named - 1),
    )


def _period_ranges(section: FiscalCalendarSection, start: date, end: date) -> Iterator[tuple[date, date]]:
    if section.pattern == "calendar":
        for index in range(12):
            year, month = start.year + (start.month - 1 + index) // 12, (start.month - 1 + index) % 12 + 1
            yield date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return
    weeks = WEEKS_OF_PERIODS[section.pattern]
    from_day = start
    for index, count in enumerate(weeks):
        to_day = end if index == len(weeks) - 1 else from_day + timedelta(weeks=count, days=-1)
        yield from_day, to_day
        from_day = to_day + timedelta(days=1)


def period_aliases(periods: list[FiscalPeriod]) -> dict[str, tuple[date, date]]:
    """Every name a budget line may use for a range of days: fiscal names, and `YYYY-MM`, always the calendar month."""
    aliases = {period.period_id: (period.start_date, period.end_date) for period in periods}
    aliases |= {p.also_called: (p.start_date, p.end_date) for p in periods if p.also_called}
    first, last = min(p.start_date for p in periods), max(p.end_date for p in periods)
    month = first.replace(day=1)
    while month <= last:
        end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        aliases[f"{month:%Y-%m}"] = (month, end)
        month = end + timedelta(days=1)
    return aliases

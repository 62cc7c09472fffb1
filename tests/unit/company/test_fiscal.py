"""The fiscal calendar tiles time: no gap, no overlap, in every pattern."""

import itertools
from datetime import date, timedelta

import pytest

from outlay.company import FiscalCalendarSection
from outlay.fiscal import fiscal_periods, period_aliases

FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)


def calendar(**settings: object) -> FiscalCalendarSection:
    return FiscalCalendarSection.model_validate(settings)


@pytest.mark.parametrize("kind", ["period", "quarter", "year"])
@pytest.mark.parametrize(
    "settings",
    [
        {"pattern": "calendar", "first_month": 1},
        {"pattern": "calendar", "first_month": 4},
        {"pattern": "445", "first_day": date(2025, 2, 2)},
        {"pattern": "454", "first_day": date(2025, 2, 2)},
        {"pattern": "544", "first_day": date(2024, 12, 30)},
        {"pattern": "13x4", "first_day": date(2024, 12, 30)},
    ],
)
def test_ranges_tile_the_years(settings: dict[str, object], kind: str) -> None:
    periods = [p for p in fiscal_periods(calendar(**settings), FIRST, LAST) if p.period_kind == kind]
    for one, following in itertools.pairwise(periods):
        assert following.start_date == one.end_date + timedelta(days=1)
    assert periods[0].start_date <= FIRST
    assert periods[-1].end_date >= LAST
    assert len({p.period_id for p in periods}) == len(periods)


@pytest.mark.parametrize("named_by", ["end", "start"])
def test_years_of_weeks_are_named_one_after_the_other_whatever_their_first_day(named_by: str) -> None:
    """Their edges move by days: 52 weeks from 2025-01-02 and the 52 before both end in 2025."""
    for first_day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366)):
        section = calendar(pattern="454", first_day=first_day, fiscal_year_named_by=named_by)
        years = [p.fiscal_year for p in fiscal_periods(section, FIRST, LAST) if p.period_kind == "year"]
        assert years == list(range(years[0], years[0] + len(years))), first_day


def test_a_year_starting_in_april_bears_the_year_in_which_it_ends() -> None:
    periods = {p.period_id: p for p in fiscal_periods(calendar(first_month=4), FIRST, LAST)}
    assert (periods["2026"].start_date, periods["2026"].end_date) == (date(2025, 4, 1), date(2026, 3, 31))
    assert periods["2026-Q4"].start_date == date(2026, 1, 1)
    assert periods["2026-03"].also_called == "2026-P12"
    named_by_start = fiscal_periods(calendar(first_month=4, fiscal_year_named_by="start"), FIRST, LAST)
    assert {p.period_id: p.start_date for p in named_by_start}["2026"] == date(2026, 4, 1)


def test_a_445_year_has_weeks_of_four_four_five_and_a_53rd_in_the_last_period() -> None:
    # The National Retail Federation's 4-5-4 years: 2023 began on 2023-01-29 and had 53 weeks, 2024 on 2024-02-04.
    periods = fiscal_periods(calendar(pattern="454", first_day=date(2024, 2, 4)), FIRST, LAST)
    years = {p.start_date: p.days for p in periods if p.period_kind == "year"}
    assert years[date(2023, 1, 29)] == 53 * 7
    assert years[date(2024, 2, 4)] == 52 * 7
    in_2023 = [p for p in periods if p.period_kind == "period" and p.start_date >= date(2023, 1, 29)][:12]
    assert [p.days // 7 for p in in_2023] == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]
    assert in_2023[0].period_id == "2024-P01"  # it ends on 2024-02-03
    assert in_2023[0].comparable_prior_period_id == "2023-P01"


def test_a_named_month_is_always_the_calendar_month() -> None:
    aliases = period_aliases(fiscal_periods(calendar(pattern="445", first_day=date(2025, 2, 2)), FIRST, LAST))
    assert aliases["2026-03"] == (date(2026, 3, 1), date(2026, 3, 31))
    assert aliases["2024-02"] == (date(2024, 2, 1), date(2024, 2, 29))
    assert (aliases["2026-P01"][1] - aliases["2026-P01"][0]).days == 27


def test_comparable_prior_period_of_a_month_is_the_same_month_a_year_before() -> None:
    periods = {p.period_id: p for p in fiscal_periods(calendar(), FIRST, LAST)}
    assert periods["2026-03"].comparable_prior_period_id == "2025-03"
    assert periods["2026-Q1"].comparable_prior_period_id == "2025-Q1"

"""A rate that one of the bank's feeds leaves out is never taken for one that does not exist."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.sources import open_fetched
from outlay.sources.ecb.agreement import Rates, hold_against
from outlay.sources.fetched.errors import FetchError
from tests.fakes.company import fetched_source
from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

MONDAY = date(2026, 6, 1)
LONG_AGO = date(2020, 1, 1)


def feed(*days: date, currencies: str = "USD GBP") -> Rates:
    return {day: {one: Decimal(day.toordinal()) for one in currencies.split()} for day in days}


def weekdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def test_feeds_that_agree_pass_however_far_each_has_got() -> None:
    last = weekdays(date(2026, 5, 4), MONDAY)
    hold_against(feed(*last), feed(*last[-5:]), feed(MONDAY), LONG_AGO)
    # The history lags behind by a day, or the others do.
    hold_against(feed(*last[:-1]), feed(*last[-5:]), feed(MONDAY), LONG_AGO)
    hold_against(feed(*last[:-1]), feed(*last[-5:-1]), feed(MONDAY), LONG_AGO)
    hold_against(feed(*last), feed(*last[-5:-1]), feed(last[-2]), LONG_AGO)


def test_a_currency_that_ends_is_no_contradiction() -> None:
    before, after = weekdays(date(2025, 12, 1), date(2025, 12, 31)), weekdays(date(2026, 1, 2), date(2026, 1, 9))
    gone = [day for day in before if day.day not in (25, 26)]
    history = feed(*gone, currencies="USD BGN") | feed(*after, currencies="USD")
    for oldest in (gone[3], after[2]):
        recent = {day: rates for day, rates in history.items() if day >= oldest}
        hold_against(history, recent, {after[-1]: history[after[-1]]}, LONG_AGO)


@pytest.mark.parametrize(
    ("history", "recent", "today", "told"),
    [
        ({}, feed(MONDAY), feed(MONDAY), "feed of its history holds no rate"),
        (feed(MONDAY), {}, feed(MONDAY), "feed of its 90 days holds no rate"),
        (feed(MONDAY), feed(MONDAY), {}, "feed of its last day holds no rate"),
        (feed(MONDAY, currencies="GBP"), feed(MONDAY), feed(MONDAY), f"contradict each other on {MONDAY}: USD"),
        (feed(MONDAY), feed(MONDAY, currencies="GBP"), feed(MONDAY), f"contradict each other on {MONDAY}: USD"),
        (feed(MONDAY), feed(MONDAY), feed(MONDAY, currencies="GBP"), f"contradict each other on {MONDAY}: USD"),
        ({MONDAY: {"USD": Decimal(1)}}, {MONDAY: {"USD": Decimal(2)}}, feed(MONDAY), "contradict each other"),
        # The day that all of the others have was lost, at either end or in between.
        (feed(MONDAY), feed(MONDAY - timedelta(days=3), MONDAY), feed(MONDAY), "on 2026-05-29: GBP, USD"),
        (feed(date(2026, 5, 28)), feed(*weekdays(date(2026, 5, 28), MONDAY)), feed(MONDAY), "lacks 2026-05-29"),
        # Nothing but the last day's feed has the day.
        (feed(date(2026, 5, 29)), feed(date(2026, 5, 29)), feed(MONDAY, currencies="GBP"), "lack USD, which it had"),
    ],
)  # fmt: skip
def test_a_contradiction_is_told(history: Rates, recent: Rates, today: Rates, told: str) -> None:
    with pytest.raises(FetchError, match=told) as error:
        hold_against(history, recent, today, LONG_AGO)
    assert str(error.value).endswith("Nothing was replaced; run again later")


def test_of_older_days_every_business_day_is_there() -> None:
    # Good Friday and Easter Monday of 2025 are 18 and 21 April, and 1 May is a holiday.
    closed = {date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 1)}
    days = [day for day in weekdays(date(2025, 4, 1), date(2025, 5, 30)) if day not in closed]
    hold_against(feed(*days), feed(days[-1]), feed(days[-1]), LONG_AGO)
    for lost in (date(2025, 4, 16), date(2025, 5, 2)):
        with pytest.raises(FetchError, match=f"history lacks {lost}"):
            hold_against(feed(*(day for day in days if day != lost)), feed(days[-1]), feed(days[-1]), LONG_AGO)


def test_of_older_days_no_currency_is_missing_between_two_that_have_it() -> None:
    days = weekdays(date(2025, 6, 2), date(2025, 6, 20))
    history = feed(*days) | feed(days[4], currencies="GBP")
    with pytest.raises(FetchError, match=f"history of {days[4]} lacks USD, held before and after"):
        hold_against(history, feed(days[-1]), feed(days[-1]), LONG_AGO)


def test_days_before_the_first_wanted_are_not_held_against_each_other() -> None:
    recent = feed(date(2026, 5, 28), date(2026, 5, 29), MONDAY)
    hold_against(feed(date(2026, 5, 29), MONDAY), recent, feed(MONDAY), date(2026, 5, 29))


@pytest.mark.parametrize("name", ["lost_row", "missing_field"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_whichever_feed_leaves_something_out_the_run_stops_or_is_right(
    fake: FakeServer, tmp_path: Path, name: str, at: int
) -> None:
    text = '[company]\nname = "A"\ncurrency = "EUR"\n\n' + fetched_source(fake, "ecb", "fx_rates", "ecb")
    (tmp_path / "company.toml").write_text(text, encoding="utf-8")
    company = read_company(tmp_path)
    source = open_fetched(company.sources["ecb"], company, tmp_path / "landing")
    fake.world.faults.add(Fault("ecb", name, at=at))
    if (name, at) == ("lost_row", 2):
        # The oldest of ninety days: there is less to compare, and nothing wrong.
        assert source.refresh(date(2026, 2, 2)).fetched == ["all/all"]
        return
    with pytest.raises(FetchError, match=r"^ecb: .*run again later$"):
        source.refresh(date(2026, 2, 2))

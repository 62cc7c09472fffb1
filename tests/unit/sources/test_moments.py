# ruff: noqa: DTZ001 - landed instants are UTC and bear no offset
"""Dates and instants, against the calendar and the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.sources.files.moments import aware_value, date_value, day_of, in_range, instant, local_value
from outlay.sources.files.zones import to_local, to_utc
from tests.unit.sources.sql_values import values

BERLIN = "Europe/Berlin"


def dates(texts: list[str], *formats: str) -> list[date | None]:
    return values(
        texts, lambda text: f"(select {in_range('d', 'date')} from (select {date_value(text, formats)} as d))"
    )


def instants(texts: list[str], *formats: str, zone: str = BERLIN) -> list[datetime | None]:
    return values(texts, lambda text: _instant(text, formats, zone))


def _instant(text: str, formats: tuple[str, ...], zone: str) -> str:
    readings = f"(select {aware_value(text, formats)} as a, {local_value(text, formats)} as l)"
    return f"(select {instant('a', 'l', zone)} from {readings})"


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2026-03-01", "%Y-%m-%d", date(2026, 3, 1)),
        ("2028-02-29", "%Y-%m-%d", date(2028, 2, 29)),
        ("2027-02-29", "%Y-%m-%d", None),
        ("2026-03-01x", "%Y-%m-%d", None),
        ("26-03-01", "%Y-%m-%d", None),
        ("01.03.2026", "%d.%m.%Y", date(2026, 3, 1)),
        ("1/2/2026", "%d/%m/%Y", date(2026, 2, 1)),
        ("13/12/2026", "%m/%d/%Y", None),
        ("00:00:00", "%d/%m/%Y", None),
        ("Mar 5, 2026", "%b %d, %Y", date(2026, 3, 5)),
        ("20260305", "%Y%m%d", date(2026, 3, 5)),
        ("9999-12-31", "%Y-%m-%d", date(9999, 12, 31)),
    ],
)
def test_a_date_is_read_in_its_declared_format_or_not_at_all(text: str, form: str, expected: date | None) -> None:
    assert dates([text], form) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T23:30:00Z", datetime(2026, 3, 1, 23, 30)),
        ("2026-03-01T23:30:00+05:30", datetime(2026, 3, 1, 18, 0)),
        ("2026-03-01T23:30:00+14:00", datetime(2026, 3, 1, 9, 30)),
        ("2026-03-01T23:30:00+15:00", None),
        ("2026-03-01 23:30:00 +0260", None),
        ("2026-03-01 23:30:00-0800", datetime(2026, 3, 2, 7, 30)),
        ("2026-03-01 23:30", datetime(2026, 3, 1, 22, 30)),
        ("2026-07-01T12:00:00", datetime(2026, 7, 1, 10, 0)),
        ("2026-03-01", datetime(2026, 2, 28, 23, 0)),
        ("2026-03-01T23:30:00.250Z", datetime(2026, 3, 1, 23, 30, 0, 250_000)),
        ("2026-02-30T00:00:00Z", None),
        ("2026-03-01T23:59:60Z", None),
        ("01/03/2026 10:00", None),
        ("yesterday", None),
        ("epoch", None),
    ],
)
def test_an_instant_is_utc(text: str, expected: datetime | None) -> None:
    assert instants([text]) == [expected]


def test_a_local_time_that_is_skipped_or_comes_twice_is_read_by_a_fixed_rule() -> None:
    skipped, twice = "2026-03-29 02:30:00", "2026-10-25 02:30:00"
    assert instants([skipped, twice]) == [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)]


def test_declared_formats_may_bear_an_offset() -> None:
    texts = ["01.03.2026 10:00", "2026-03-01T10:00:00+0200", "2026-03-01T10:00:00+2500", "2026-03-01T10:00:00-0199"]
    forms = ("%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z")
    assert instants(texts, *forms) == [datetime(2026, 3, 1, 9, 0), datetime(2026, 3, 1, 8, 0), None, None]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1995, 1, 1), datetime(2045, 1, 1)), min_size=1, max_size=30),
    st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]),
)
def test_the_day_in_a_zone_is_the_one_that_the_clocks_show(drawn: list[datetime], zone: str) -> None:
    expected = [moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for moment in drawn]
    texts = [moment.isoformat() + "Z" for moment in drawn]
    assert (
        values(texts, lambda text: f"(select {day_of('u', zone)} from (select {_instant(text, (), zone)} as u))")
        == expected
    )


@pytest.mark.parametrize(
    "zone", [BERLIN, "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kolkata"]
)
def test_the_search_among_offsets_agrees_with_duckdbs_calendar_around_the_clock(zone: str) -> None:
    differing = duckdb.sql(
        f"with hours as (select timestamp '2019-01-01' + to_minutes(i * 30) as t from range({2 * 24 * 365 * 3}) r(i)) "
        f"select count(*) from hours where {to_local('t', zone)} <> timezone('{zone}', timezone('UTC', t)) "
        f"or {to_utc('t', zone)} <> timezone('UTC', timezone('{zone}', t))"
    ).fetchall()
    assert differing == [(0,)]

# ruff: noqa: DTZ001 - what a column without an offset shows has none
"""Which day a time lies on, and where the day begins in the column's own terms: one must not contradict the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outlay.sources.sql.days import Days, to_utc
from outlay.sources.sql.dialects import Kind, PostgreSQL

BERLIN, NEW_YORK, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")


def test_a_local_time_that_comes_twice_is_the_second() -> None:
    assert to_utc(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_local_time_that_clocks_skip_has_the_offset_from_before() -> None:
    assert to_utc(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "is_instant", "zone", "home", "begin"),
    [
        ("date", False, NEW_YORK, BERLIN, "date '2026-02-01'"),
        # Midnight in Berlin is six in the evening before in New York; the first midnight after it is the 1st's.
        ("date", True, NEW_YORK, BERLIN, "date '2026-02-01'"),
        # Midnight in New York is six in the morning in Berlin: the next midnight there is the 2nd's.
        ("date", True, BERLIN, NEW_YORK, "date '2026-02-02'"),
        ("naive", False, NEW_YORK, BERLIN, "timestamp '2026-02-01 00:00:00'"),
        ("naive", True, NEW_YORK, BERLIN, "timestamp '2026-01-31 18:00:00'"),
        ("aware", True, NEW_YORK, BERLIN, "timestamptz '2026-01-31 23:00:00+00'"),
        # A posting date kept as an instant is the date in the source's zone.
        ("aware", False, NEW_YORK, BERLIN, "timestamptz '2026-02-01 05:00:00+00'"),
        ("aware", True, NEW_YORK, KATHMANDU, "timestamptz '2026-01-31 18:15:00+00'"),
    ],
)
def test_where_a_day_begins(kind: Kind, is_instant: bool, zone: ZoneInfo, home: ZoneInfo, begin: str) -> None:
    days = Days(PostgreSQL(), "d", kind, is_instant, zone, home)
    assert days.begin(date(2026, 2, 1)) == begin
    shown = datetime.fromisoformat(begin.split("'")[1].removesuffix("+00"))
    assert days.day_of(shown) == date(2026, 2, 1)
    step = timedelta(days=1) if kind == "date" else timedelta(microseconds=1)
    assert days.day_of(shown - step) == date(2026, 1, 31)


def test_a_quarter_of_an_hour_lies_on_one_day() -> None:
    days = Days(PostgreSQL(), "d", "aware", True, KATHMANDU, KATHMANDU)
    midnight = datetime(2026, 1, 31, 18, 15, tzinfo=UTC)
    quarter = int(midnight.timestamp()) // 900
    assert [days.day_of_bucket(one) for one in (quarter - 1, quarter)] == [date(2026, 1, 31), date(2026, 2, 1)]

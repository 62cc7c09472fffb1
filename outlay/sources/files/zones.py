"""Local time and UTC in SQL, by the offsets of a time zone.

DuckDB's own conversion asks its calendar library for every row. A zone changes its offset twice a year at most, so a
search among the known changes is several times as fast; times outside the known years still go the long way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from outlay.sources.quoting import literal

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)

# (the instant of the change in UTC, the offset from then on)
Change = tuple[datetime, timedelta]


@lru_cache(maxsize=64)
def changes(zone: str) -> tuple[Change, ...]:
    """Every change of the zone's offset in the known years; the first entry is the offset that they begin with."""
    info = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(info).utcoffset() or timedelta()

    found = [(_FIRST, offset(_FIRST))]
    day = _FIRST
    while day < _LAST:
        following = day + timedelta(days=1)
        if offset(following) != found[-1][1]:
            moment = _moment_of_change(day, following, offset)
            found.append((moment, offset(moment)))
        day = following
    return tuple(found)


def _moment_of_change(before: datetime, after: datetime, offset: Callable[[datetime], timedelta]) -> datetime:
    old = offset(before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if offset(middle) == old else (before, middle)
    return after


def to_local(utc: str, zone: str) -> str:
    """SQL: the local TIMESTAMP in `zone` of a UTC TIMESTAMP (a column reference)."""
    if zone == "UTC":
        return utc
    known = [(moment, offset) for moment, offset in changes(zone)]
    return _searched(utc, known, 1, f"timezone({literal(zone)}, timezone('UTC', {utc}))")


def to_utc(local: str, zone: str) -> str:
    """SQL: the UTC TIMESTAMP of a local one (a column reference).

    A local time that the clocks skip is read with the offset before the change, one that comes twice as the second:
    both follow from the new offset counting from the moment at which clocks with that offset show the change.
    """
    if zone == "UTC":
        return local
    known = [(moment + offset, offset) for moment, offset in changes(zone)]
    return _searched(local, known, -1, f"timezone('UTC', timezone({literal(zone)}, {local}))")


def _searched(value: str, known: Sequence[Change], sign: int, otherwise: str) -> str:
    first, last = _sql(known[0][0]), _sql(_LAST - timedelta(days=1))
    return f"case when {value} >= {first} and {value} < {last} then {_tree(value, known, sign)} else {otherwise} end"


def _tree(value: str, known: Sequence[Change], sign: int) -> str:
    """SQL: the value moved by the offset of the last change before it, found by halving."""
    if len(known) == 1:
        return f"{value} + to_seconds({sign * int(known[0][1].total_seconds())})"
    half = len(known) // 2
    earlier, later = _tree(value, known[:half], sign), _tree(value, known[half:], sign)
    return f"case when {value} < {_sql(known[half][0])} then {earlier} else {later} end"


def _sql(moment: datetime) -> str:
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"

"""Dates and instants as exports write them, read by SQL in the declared formats and checked against the calendar.

An instant without an offset is local time of the source's zone. Twice a year that is not one instant: a local time
that the clocks skip is read with the offset that held before the change (02:30 becomes 03:30), a local time that comes
twice is read as the second of the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from outlay.sources.files.sql import literal, literals

ISO_DATE = "%Y-%m-%d"
_ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
_OFFSET = r" ?(?:[Zz]|UTC|[+-]\d\d(?::?\d\d)?)"
# A year outside is a misread one: 26 under %Y, a phone number under %Y%m%d. 9999 is how systems write "for ever".
_FIRST_YEAR, _LAST_YEAR = 1900, 9999


def date_value(text: str, formats: Sequence[str]) -> str:
    """SQL: the DATE that `text` (a column reference) names in one of `formats`, NULL when it names none."""
    iso = literal(r"\d{4}-\d\d-\d\d")
    others = [one for one in formats if one != ISO_DATE]
    tests = [f"when {text} is null then null"]
    if ISO_DATE in formats:
        tests.append(f"when regexp_full_match({text}, {iso}) then try_cast({text} as date)")
    other = f"cast(try_strptime({text}, [{literals(others)}]) as date)" if others else "null"
    return f"case {' '.join(tests)} else {other} end"


def timestamp_value(text: str, formats: Sequence[str], zone: str, *, also_iso: bool = False) -> str:
    """SQL: the UTC TIMESTAMP of `text`: in one of `formats`, or without any in ISO 8601.

    A time without an offset is local time of `zone`, a bare ISO date is local midnight. `also_iso`: ISO counts beside
    the formats.
    """
    values = [_declared(text, formats, zone)] if formats else []
    values += [_iso(text, zone)] if also_iso or not formats else []
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _iso(text: str, zone: str) -> str:
    aware = literal(_ISO_TIME + _OFFSET)
    local = literal(rf"(?:{_ISO_TIME}|\d{{4}}-\d\d-\d\d)")
    utc = literal(rf"{_ISO_TIME}Z")
    return (
        f"case when {text} is null then null "
        f"when regexp_full_match({text}, {utc}) then try_cast(left({text}, -1) as timestamp) "
        f"when regexp_full_match({text}, {local}) then {_to_utc(f'try_cast({text} as timestamp)', zone)} "
        f"when regexp_full_match({text}, {aware}) then timezone('UTC', try_cast(upper({text}) as timestamptz)) end"
    )


def _declared(text: str, formats: Sequence[str], zone: str) -> str:
    values = []
    for one in formats:
        parsed = f"try_strptime({text}, {literal(one)})"
        aware = "%z" in one or "%Z" in one
        values.append(f"timezone('UTC', cast({parsed} as timestamptz))" if aware else _to_utc(parsed, zone))
    return f"coalesce({', '.join(values)})"


def _to_utc(local: str, zone: str) -> str:
    return local if zone == "UTC" else f"timezone('UTC', timezone({literal(zone)}, {local}))"


def day_of(utc: str, zone: str) -> str:
    """SQL: the calendar day in `zone` of a UTC TIMESTAMP."""
    local = utc if zone == "UTC" else f"timezone({literal(zone)}, timezone('UTC', {utc}))"
    return f"cast({local} as date)"


def in_range(value: str, kind: str) -> str:
    """SQL: the date or timestamp `value` (a column reference), NULL where its year can only be a misread one."""
    first, last = f"{_FIRST_YEAR}-01-01", f"{_LAST_YEAR}-12-31"
    return f"case when {value} between {kind} '{first}' and {kind} '{last}' then {value} end"

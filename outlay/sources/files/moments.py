"""Dates and instants as exports write them, read by SQL in the declared formats and checked against the calendar.

An instant without an offset is local time of the source's zone. Twice a year that is not one instant: a local time
that the clocks skip is read with the offset that held before the change (02:30 becomes 03:30), a local time that comes
twice is read as the second of the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from outlay.company.values import EPOCHS
from outlay.sources.files.zones import to_local, to_utc
from outlay.sources.quoting import literal, literals

ISO_DATE = "%Y-%m-%d"
_ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
# No clock is more than 14 hours from UTC; DuckDB would read any number of hours, and move the day with it.
_OFFSET = r" ?(?:[Zz]|UTC|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
_NO_OFFSET = r":\d\d(?:\.\d+)? ?[+-](?:1[5-9]|[2-9]\d|\d\d:?[6-9]\d)"
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


def aware_value(text: str, formats: Sequence[str], *, also_iso: bool = False) -> str:
    """SQL: the UTC TIMESTAMP of a `text` that states its offset: in one of `formats`, or without any in ISO 8601.

    `also_iso`: ISO counts beside the formats.
    """
    stated = [_parsed_aware(text, one) for one in formats if _states_offset(one)]
    if also_iso or not formats:
        utc, aware = literal(rf"{_ISO_TIME}Z"), literal(_ISO_TIME + _OFFSET)
        stated.append(
            f"case when {text} is null then null "
            f"when regexp_full_match({text}, {utc}) then try_cast(left({text}, -1) as timestamp) "
            # DuckDB takes no blank before an offset in numbers (`10:04:00 +0100`, as Shopify writes it).
            f"when regexp_full_match({text}, {aware}) then timezone('UTC', "
            f"try_cast(regexp_replace(upper({text}), ' ([Z+-])', '\\1') as timestamptz)) end"
        )
    return _first_of(stated)


def local_value(text: str, formats: Sequence[str], *, also_iso: bool = False) -> str:
    """SQL: the TIMESTAMP of a `text` without an offset, as its source's clocks show it; a bare ISO date is midnight."""
    stated = [f"try_strptime({text}, {literal(one)})" for one in formats if not _states_offset(one)]
    if also_iso or not formats:
        local = literal(rf"(?:{_ISO_TIME}|\d{{4}}-\d\d-\d\d)")
        stated.append(f"case when regexp_full_match({text}, {local}) then try_cast({text} as timestamp) end")
    return _first_of(stated)


def _states_offset(one: str) -> bool:
    return "%z" in one or "%Z" in one or one in EPOCHS


def _parsed_aware(text: str, one: str) -> str:
    if one in EPOCHS:
        # No more digits than a year of five needs: the product must not leave the range of BIGINT.
        digits = literal(rf"-?\d{{1,{19 - len(str(EPOCHS[one]))}}}")
        counted = f"make_timestamp(try_cast({text} as bigint) * {EPOCHS[one]})"
        return f"case when regexp_full_match({text}, {digits}) then {counted} end"
    parsed = f"timezone('UTC', cast(try_strptime({text}, {literal(one)}) as timestamptz))"
    return f"case when not regexp_matches({text}, {literal(_NO_OFFSET)}) then {parsed} end"


def _first_of(values: list[str]) -> str:
    return f"coalesce({', '.join(values)})" if len(values) > 1 else values[0] if values else "null::timestamp"


def instant(aware: str, local: str, zone: str) -> str:
    """SQL: one UTC TIMESTAMP of the two readings (column references), at most one of which is there."""
    first, last = _bounds("timestamp")
    converted = f"case when {local} between {first} and {last} then {to_utc(local, zone)} end"
    return f"coalesce({in_range(aware, 'timestamp')}, {converted})"


def day_of(utc: str, zone: str) -> str:
    """SQL: the calendar day in `zone` of a UTC TIMESTAMP (a column reference)."""
    return f"cast({to_local(utc, zone)} as date)"


def _bounds(kind: str) -> tuple[str, str]:
    return f"{kind} '{_FIRST_YEAR}-01-01'", f"{kind} '{_LAST_YEAR}-12-31'"


def in_range(value: str, kind: str) -> str:
    """SQL: the date or timestamp `value` (a column reference), NULL where its year can only be a misread one."""
    first, last = _bounds(kind)
    return f"case when {value} between {first} and {last} then {value} end"

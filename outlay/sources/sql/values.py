"""Values of a page as canonical ones, each column's way settled once for all rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from outlay.entities import Column
from outlay.sources.fetched import values
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.sql.binding import NUMBERS, Binding, Feed
from outlay.sources.sql.days import to_utc
from outlay.sources.sql.dialects import Field

Convert = Callable[[Any], Any]
Read = Callable[[Sequence[Any]], Any]

_TRUE, _FALSE = {"true", "t", "yes", "1"}, {"false", "f", "no", "0"}


def row_reader(binding: Binding, fields: Sequence[Field], zone: ZoneInfo) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """Reads a row of a page as canonical column -> value. `zone`: of times that state no offset.

    The reader raises SchemaError naming the database's column.
    """
    positions = {field.name: at for at, field in enumerate(fields)}
    reads = [(feed.column.name, _read(feed, binding, positions, zone)) for feed in binding.feeds]

    def read(row: Sequence[Any]) -> dict[str, Any]:
        return {name: one(row) for name, one in reads}

    return read


def _read(feed: Feed, binding: Binding, positions: dict[str, int], zone: ZoneInfo) -> Read:
    if feed.origin is None and not (feed.debit or feed.credit):
        constant = _constant(feed, zone)
        return lambda row: constant
    if feed.origin is not None:
        return _cell(feed, binding.kinds[feed.origin], positions[feed.origin], zone)
    sides = [(sign, positions[name], name) for sign, name in ((1, feed.debit), (-1, feed.credit)) if name is not None]
    scale, otherwise = _scaled(feed), _otherwise(feed, zone)

    def difference(row: Sequence[Any]) -> Any:
        there = [(sign, row[at], name) for sign, at, name in sides if row[at] is not None]
        parts = [sign * _converted(values.number, value, name, feed.column) for sign, value, name in there]
        if not parts:
            return otherwise
        return sum(parts, Decimal(0)) if scale is None else scale(sum(parts, Decimal(0)))

    return difference


def _cell(feed: Feed, field: Field, at: int, zone: ZoneInfo) -> Read:
    column, mapped = feed.column, feed.rule.values
    convert, scale = _convert(column, field, zone), _scaled(feed)
    otherwise = _otherwise(feed, zone)

    def read(row: Sequence[Any]) -> Any:
        value = row[at]
        if value is None:
            return otherwise
        try:
            found = convert(value)
        except (ValueError, TypeError, ArithmeticError):
            raise SchemaError(field.name, _expected(column), value) from None
        return found if scale is None else scale(found)

    def read_mapped(row: Sequence[Any]) -> Any:
        shown = "" if row[at] is None else _text(row[at])
        value = mapped.get(shown, row[at])
        return otherwise if value is None or value == "" else _converted(convert, value, field.name, column)

    return read_mapped if mapped else read


def _converted(convert: Convert, value: Any, name: str, column: Column) -> Any:
    try:
        return convert(value)
    except (ValueError, TypeError, ArithmeticError):
        raise SchemaError(name, _expected(column), value) from None


def _expected(column: Column) -> str:
    if column.choices:
        return f"one of {', '.join(column.choices)}"
    return {"timestamp": "a time", "list": "a text"}.get(column.type) or values.EXPECTED[column.type]


def _otherwise(feed: Feed, zone: ZoneInfo) -> Any:
    """What stands where the database has nothing."""
    return None if feed.rule.default is None else _constant(feed, zone)


def _constant(feed: Feed, zone: ZoneInfo) -> Any:
    text = Field(feed.column.name, "text", "a constant")
    return _converted(_convert(feed.column, text, zone), feed.constant, feed.column.name, feed.column)


def _scaled(feed: Feed) -> Convert | None:
    """Sign and unit as company.toml states them; None where a value stays as it is."""
    if feed.column.type not in NUMBERS or not (feed.rule.negate or feed.rule.divide_by):
        return None
    sign, divisor = -1 if feed.rule.negate else 1, Decimal(feed.rule.divide_by or 1)
    return lambda value: sign * value / divisor


def _convert(column: Column, field: Field, zone: ZoneInfo) -> Convert:
    if column.choices:
        return lambda value: _chosen(value, column.choices)
    if column.type in ("text", "list"):
        return _unpadded if field.type_name.startswith("bpchar") else _text
    if column.type == "currency":
        return _currency
    if column.type == "boolean":
        return _boolean
    if column.type == "date":
        return lambda value: _date(value, field, zone)
    if column.type == "timestamp":
        return lambda value: _instant(value, field, zone)
    return values.integer if column.type == "integer" else values.number


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is list and not any(isinstance(one, list | dict) for one in value):
        return "|".join(_text(one) for one in value if one is not None)
    return json.dumps(value, ensure_ascii=False, default=str) if kind in (list, dict) else str(value)


def _unpadded(value: Any) -> str:
    """Of a column of fixed width: the blanks that fill it mean nothing."""
    return _text(value).rstrip(" ")


def _chosen(value: Any, choices: Sequence[str]) -> str:
    found = _text(value).strip().lower()
    if found not in choices:
        raise ValueError(value)
    return found


@lru_cache(maxsize=256)
def _currency(value: str) -> str:
    return values.currency(value.strip().upper())


def _boolean(value: Any) -> bool:
    found = _text(value).lower()
    if found not in _TRUE | _FALSE:
        raise ValueError(value)
    return found in _TRUE


def _date(value: Any, field: Field, zone: ZoneInfo) -> date:
    if type(value) is str and len(value) == 10:
        return values.day(value)
    moment = datetime.fromisoformat(value)
    if field.kind == "aware":
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date()
    if moment.tzinfo is not None:
        raise ValueError(value)
    return moment.date()


def _instant(value: Any, field: Field, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(value) if len(value) > 10 else datetime.combine(values.day(value), time())
    if field.kind == "aware":
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment.tzinfo is not None:
        raise ValueError(value)
    return to_utc(moment, zone)

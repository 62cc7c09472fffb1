"""Single values as platforms write them: text or number, money in units or in millionths, days. Never a float."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from outlay.currencies import currency_codes

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_DIGITS = re.compile(r"-?[0-9]+")
_INTEGER = re.compile(r"[+-]?[0-9]+(\.0+)?")
_CODES = frozenset(currency_codes())


def text(value: Any) -> str:
    """A text that is not empty; ids that come as whole numbers count as their digits."""
    if type(value) is str and value:
        return value
    if type(value) is int:
        return str(value)
    raise ValueError(value)


def number(value: Any) -> Decimal:
    """An exact number, written as a number or as text."""
    if type(value) is str:
        # Most amounts are plain: the pattern is for all others.
        whole, _, fraction = value.partition(".")
        if (whole.isdigit() and fraction.isdigit() and value.isascii()) or _NUMBER.fullmatch(value):
            return Decimal(value)
    elif type(value) is int:
        return Decimal(value)
    elif type(value) is Decimal and value.is_finite():
        return value
    raise ValueError(value)


def integer(value: Any) -> int:
    """A whole number, written as a number or as text."""
    if type(value) is int:
        return value
    if type(value) is str:
        if value.isdigit() and value.isascii():
            return int(value)
        if _INTEGER.fullmatch(value):
            return int(value.partition(".")[0])
    if type(value) is Decimal and value == value.to_integral_value():
        return int(value)
    raise ValueError(value)


def micros(value: Any) -> Decimal:
    """Millionths of a unit, a whole number, as units; exact."""
    if type(value) is int or (
        type(value) is str and ((value.isdigit() and value.isascii()) or _DIGITS.fullmatch(value))
    ):
        return Decimal(f"{value}E-6")
    raise ValueError(value)


@lru_cache(maxsize=4096)
def day(value: Any) -> date:
    """A day written YYYY-MM-DD."""
    if type(value) is not str or len(value) != 10 or value[4] != "-" or value[7] != "-":
        raise ValueError(value)
    return date.fromisoformat(value)


def instant(value: Any) -> datetime:
    """A moment in ISO 8601 that states its offset; in UTC."""
    if type(value) is not str:
        raise ValueError(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def currency(value: Any) -> str:
    """An ISO 4217 code."""
    if type(value) is str and value in _CODES:
        return value
    raise ValueError(value)


def boolean(value: Any) -> bool:
    """True or false, as such or as text."""
    if type(value) is bool:
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise ValueError(value)


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "money": number,
    "number": number,
    "rate": number,
    "micros": micros,
    "integer": integer,
    "date": day,
    "timestamp": instant,
    "currency": currency,
    "boolean": boolean,
}
EXPECTED: dict[str, str] = {
    "text": "a text",
    "money": "an amount",
    "number": "a number",
    "rate": "a rate",
    "micros": "a whole number of millionths",
    "integer": "a whole number",
    "date": "a day written YYYY-MM-DD",
    "timestamp": "a moment with its offset",
    "currency": "an ISO 4217 currency code",
    "boolean": "true or false",
}

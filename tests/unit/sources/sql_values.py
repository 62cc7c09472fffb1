"""Runs the SQL of the parsers over texts, one result a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import duckdb

from outlay.sources.files.numbers import Notation, canonical, decimal_value, integer_value


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection


def values(texts: Sequence[str], expression: Callable[[str], str]) -> list[Any]:
    """`expression("t")` for each of `texts`, in their order."""
    query = f"select {expression('t')} from (select unnest($texts) as t, unnest(range(len($texts))) as no) order by no"
    return [value for (value,) in _connection().execute(query, {"texts": list(texts)}).fetchall()]


def numbers(
    texts: Sequence[str],
    kind: str = "money",
    decimal: str = ".",
    thousands: str = "",
    currency: str | None = None,
    divide_by: int | None = None,
    round_to: int | None = None,
) -> list[Any]:
    """The parsed value of each text, None where it is no number in this notation."""
    notation = Notation(decimal, thousands)
    known = f"'{currency}'" if currency else None

    def expression(text: str) -> str:
        digits = f"({canonical(text, kind, notation, known, round_to)})"
        return integer_value(digits) if kind == "integer" else decimal_value(digits, kind, divide_by, round_to)

    return values(texts, expression)

"""Canonical rows to Arrow: each column in its storage type."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import chain
from operator import itemgetter
from typing import Any

import pyarrow as pa

from outlay.entities import Column, Entity
from outlay.sources.fetched.protocol import Row

# A connector may put a row key here, where its rows are finer than the entity's grain.
ROW_KEY = "_row_key"
FILE = "_file"
_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
    "DECIMAL(18,6)": pa.decimal128(18, 6),
    "DECIMAL(18,8)": pa.decimal128(18, 8),
}
_UNIT = {"money": Decimal("0.0001"), "number": Decimal("0.000001"), "rate": Decimal("0.00000001")}
_INSTANT = pa.timestamp("us", tz="UTC")
# Not `str`: that would take a binary float, and whatever else, for an amount.
_digits = Decimal.__str__


def table(rows: list[Row], files: Sequence[tuple[str, int]], entity: Entity, system: str, first_row: int) -> pa.Table:
    """The rows with _row, numbered from `first_row`, _file, _row_key and the entity's columns.

    `files`: the files that the rows stand in, in their order, and how many rows stand in each. Amounts are rounded half
    to even to the places that are stored: platforms write 99.99999999999996 for 100. Raises ValueError naming the
    column where a value is not of its type.
    """
    numbers = pa.array(range(first_row, first_row + len(rows)), pa.int64())
    names = pa.concat_arrays([pa.repeat(pa.scalar(name, pa.string()), count) for name, count in files])
    keys = pa.array(_values(rows, ROW_KEY), pa.string())
    present = set(chain.from_iterable(rows)) | {"source_system"}
    columns = [
        _column(rows, column, system) if column.name in present else pa.nulls(len(rows), _ARROW[column.storage_type])
        for column in entity.columns
    ]
    return pa.table([numbers, names, keys, *columns], names=["_row", FILE, ROW_KEY, *entity.column_names])


def _column(rows: list[Row], column: Column, system: str) -> pa.Array:
    name, kind = column.name, _ARROW[column.storage_type]
    values = _values(rows, name)
    try:
        if column.type in _UNIT:
            return _amounts(values, kind, _UNIT[column.type])
        if column.type == "timestamp":
            return _instants(values, kind)
        if name == "source_system":
            return pa.array([value or system for value in values], kind)
        return pa.array(values, kind)
    except (pa.ArrowException, ArithmeticError, TypeError, AttributeError) as error:
        raise ValueError(f"{name} does not fit {column.storage_type}: {error}") from None


def _values(rows: list[Row], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def _amounts(values: list[Any], kind: pa.DataType, unit: Decimal) -> pa.Array:
    try:
        # Several times as fast as to let Arrow take the Decimals apart.
        texts = [None if value is None else _digits(value) for value in values]
        return pa.array(texts, pa.string()).cast(kind)
    except TypeError:
        return pa.array(values, kind)  # whole numbers among them
    except pa.ArrowInvalid:
        # At least one has more places than are stored.
        return pa.array([value and value.quantize(unit, ROUND_HALF_EVEN) for value in values], kind)


def _instants(values: list[Any], kind: pa.DataType) -> pa.Array:
    for value in values:
        if value is not None and value.tzinfo is None:
            raise TypeError(f"{value} states no offset from UTC")
    return pa.array(values, _INSTANT).cast(kind)

"""Canonical rows to Arrow: each column in its storage type, in chunks that bound memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice
from typing import Any

import pyarrow as pa

from outlay.entities import Column, Entity
from outlay.sources.fetched.protocol import Row

# A connector may put a row key here, where its rows are finer than the entity's grain.
ROW_KEY = "_row_key"
_CHUNK = 10_000
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


def tables(rows: Iterable[Row], entity: Entity, source_system: str, first_row: int) -> Iterator[pa.Table]:
    """The rows as tables of _row, _row_key and the entity's columns; rows are numbered from `first_row`.

    Amounts are rounded half to even to the places that are stored: platforms write 99.99999999999996 for 100.
    Raises ValueError naming the column where a value is not of its type.
    """
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        numbers = pa.array(range(first_row, first_row + len(chunk)), pa.int64())
        keys = pa.array([row.get(ROW_KEY) for row in chunk], pa.string())
        columns = [_column(chunk, column, source_system) for column in entity.columns]
        yield pa.table([numbers, keys, *columns], names=["_row", ROW_KEY, *entity.column_names])
        first_row += len(chunk)


def _column(chunk: list[Row], column: Column, source_system: str) -> pa.Array:
    name, kind = column.name, _ARROW[column.storage_type]
    values = [row.get(name) for row in chunk]
    try:
        if column.type in _UNIT:
            return _amounts(values, kind, _UNIT[column.type])
        if column.type == "timestamp":
            return pa.array([_utc(value) for value in values], kind)
        if name == "source_system":
            return pa.array([value or source_system for value in values], kind)
        return pa.array(values, kind)
    except (pa.ArrowException, ArithmeticError, TypeError, AttributeError) as error:
        raise ValueError(f"{name} does not fit {column.storage_type}: {error}") from None


def _amounts(values: list[Any], kind: pa.DataType, unit: Decimal) -> pa.Array:
    try:
        return pa.array(values, kind)
    except pa.ArrowInvalid:
        # At least one has more places than are stored.
        return pa.array([value and value.quantize(unit, ROUND_HALF_EVEN) for value in values], kind)


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    offset = moment.utcoffset()
    if offset is None:
        raise TypeError(f"{moment} states no offset from UTC")
    return moment.replace(tzinfo=None) - offset

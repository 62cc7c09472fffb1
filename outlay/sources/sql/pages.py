"""Rows as the database gave them, kept as lines of JSON: decimals and times as text, nothing rounded.

The first line names the columns and their types, each further line is one row in that order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.sql.dialects import Field

ROWS_A_PAGE = 100_000


def write_pages(
    source: str, rows: Iterable[Sequence[Any]], fields: Sequence[Field], new_file: Callable[[], Path]
) -> Iterator[Path]:
    """One file for every ROWS_A_PAGE rows, at least one. Raises FetchError for a value that has no text."""
    columns = [[one.name, one.kind, one.type_name] for one in fields]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_text).encode
    remaining = iter(rows)
    is_first = True
    while (head := list(islice(remaining, 1))) or is_first:
        is_first = False
        path = new_file()
        with path.open("w", encoding="utf-8") as file:
            file.write(encode({"columns": columns}) + "\n")
            for row in chain(head, islice(remaining, ROWS_A_PAGE - len(head))):
                try:
                    file.write(encode(tuple(row)) + "\n")
                except UnicodeDecodeError:
                    raise FetchError(f"{source}: {_bytes_in(row, fields)}") from None
        yield path


def read_page(path: Path) -> tuple[list[Field], Iterator[list[Any]]]:
    """The columns, and the rows as a stream. Raises SchemaError for another file."""
    with path.open(encoding="utf-8") as file:
        first = file.readline()
    try:
        fields = [Field(*column) for column in json.loads(first)["columns"]]
        return fields, _rows(path, len(fields))
    except (ValueError, KeyError, TypeError):
        raise SchemaError("(first line)", "the columns of the rows", first[:80]) from None


def _rows(path: Path, width: int) -> Iterator[list[Any]]:
    decode = json.JSONDecoder(parse_float=Decimal).raw_decode
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            try:
                row, end = decode(line)
            except ValueError:
                raise SchemaError("(row)", "a row", line) from None
            if type(row) is not list or len(row) != width or line[end:] != "\n":
                raise SchemaError("(row)", f"a row of {width} values", line)
            yield row


def _text(value: Any) -> Any:
    """A value that JSON has no word for."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date | clock):
        return value.isoformat()
    if isinstance(value, UUID | timedelta):
        return str(value)
    if isinstance(value, set | frozenset):
        return "|".join(sorted(str(one) for one in value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode()
    return str(value)


def _bytes_in(row: Sequence[Any], fields: Sequence[Field]) -> str:
    shown = [one.name for one, value in zip(fields, row, strict=True) if isinstance(value, bytes | memoryview)]
    return (
        f"column {' or '.join(shown)} holds bytes that are no text; turn it into text in a query, or leave it out there"
    )

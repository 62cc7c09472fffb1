"""JSON lines (or one JSON array): objects flattened by dotted path into one table.

`{"cost": {"amount": 1.10}}` has the heading `cost.amount` and the text `1.10`: digits are kept as they stand in the
file. Lists of plain values are joined by `|`. A list of named values, as GA4's `event_params`, is read like an object:
`[{"key": "source", "value": {"string_value": "x"}}]` has the heading `event_params.source` and the text `x`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from outlay.sources.files.excel import number_text
from outlay.sources.files.normal import Record
from outlay.sources.files.records import open_lines
from outlay.sources.files.tables import VALUE_FIELDS, Table, normalised
from outlay.sources.files.text import Text, read_text

_FLAW = "the line is not a JSON object"
_NAMED = {"key", "value"}
# Headings are taken from so many lines first; a later line with a new one makes the reading start over.
_FIRST_LINES = 1_000


def read_json(path: Path, name: str, encoding: str, decimal: str, work: Path) -> Table | None:
    """The table of all objects in the file; None when it is empty."""
    text = read_text(path, encoding, work)
    if text.is_empty:
        return None
    rows = _Rows(text, decimal)
    headings = rows.headings(_FIRST_LINES)
    target = work / f"{path.name}.json.parquet"
    try:
        return normalised(name, headings, rows.records(headings), target, is_typed=True)
    except _NewHeadingError:
        headings = rows.headings(None)
        return normalised(name, headings, rows.records(headings), target, is_typed=True)


class _NewHeadingError(Exception):
    """An object has a key that the first lines did not have."""


class _Rows:
    """The objects of one file, flattened. Numbers keep their digits; `decimal` is written for their point."""

    def __init__(self, text: Text, decimal: str) -> None:
        self.text = text
        self.decimal = decimal
        self.decoder = json.JSONDecoder(parse_float=self._number, parse_int=str)

    def headings(self, lines: int | None) -> tuple[str, ...]:
        """Every key of the first `lines` objects (None: of all), in the order of their appearance."""
        found: dict[str, None] = {}
        for row, _ in islice(self._objects(), lines):
            found |= dict.fromkeys(row or ())
        return tuple(found) or ("line",)

    def records(self, headings: tuple[str, ...]) -> Iterator[Record]:
        known = set(headings)
        for number, (row, line) in enumerate(self._objects(), start=1):
            if row is None:
                yield Record(number, [line], _FLAW)
            elif row.keys() <= known:
                yield Record(number, [row.get(heading) for heading in headings])
            else:
                raise _NewHeadingError

    def _objects(self) -> Iterator[tuple[dict[str, str] | None, str]]:
        """Each object flattened; or None, and its line, for a line that is not a JSON object."""
        with open_lines(self.text) as file:
            first = file.read(1)
            while first.isspace():
                first = file.read(1)
            file.seek(0)
            for line in [file.read()] if first == "[" else file:
                if not line.strip():
                    continue
                try:
                    value = self.decoder.decode(line)
                except (ValueError, RecursionError, ArithmeticError):
                    yield None, line.strip()
                    continue
                for one in value if isinstance(value, list) else [value]:
                    yield (self._flat(one, "", {}), "") if isinstance(one, dict) else (None, line.strip())

    def _number(self, digits: str) -> str:
        if "e" in digits or "E" in digits:
            return number_text(Decimal(digits), self.decimal)
        return digits if self.decimal == "." else digits.replace(".", self.decimal)

    def _flat(self, value: dict[str, Any], path: str, into: dict[str, str]) -> dict[str, str]:
        for key, inner in value.items():
            name = f"{path}.{key}" if path else key
            if type(inner) is str:
                into[name] = inner
            elif isinstance(inner, dict):
                self._flat(inner, name, into)
            elif isinstance(inner, list):
                if inner and all(type(one) is dict and one.keys() == _NAMED for one in inner):
                    into |= {f"{name}.{one['key']}": _named_value(one["value"]) for one in inner}
                else:
                    into[name] = _list(inner)
            else:
                into[name] = _scalar(inner)
        return into


def _named_value(value: Any) -> str:
    """The value of a named one: as it stands, or the one field that is set of `string_value`, `int_value` and so on."""
    if not isinstance(value, dict):
        return _list(value) if isinstance(value, list) else _scalar(value)
    for kind in VALUE_FIELDS:
        if value.get(kind) is not None:
            return _scalar(value[kind])
    return ""


def _list(values: list[Any]) -> str:
    if any(isinstance(value, dict | list) for value in values):
        return json.dumps(values, ensure_ascii=False)
    return "|".join(_scalar(value) for value in values)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)  # NaN and Infinity come as floats and are refused as numbers later

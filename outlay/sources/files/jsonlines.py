"""JSON lines (or one JSON array): objects flattened by dotted path into one table.

`{"cost": {"amount": 1.10}}` has the heading `cost.amount` and the text `1.10`: digits are kept as they stand in the
file. Lists of plain values are joined by `|`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.sources.files.excel import number_text
from outlay.sources.files.normal import Record
from outlay.sources.files.records import open_lines
from outlay.sources.files.tables import Table, normalised
from outlay.sources.files.text import Text, read_text

_FLAW = "the line is not a JSON object"


def read_json(path: Path, name: str, encoding: str, decimal: str, work: Path) -> Table | None:
    """The table of all objects in the file; None when it is empty. Two passes: the headings first."""
    text = read_text(path, encoding, work)
    if text.is_empty:
        return None
    headings: dict[str, int] = {}
    for row, _ in _objects(text, decimal):
        for heading in row or ():
            headings.setdefault(heading, len(headings))
    names = tuple(headings) or ("line",)

    def records() -> Iterator[Record]:
        for number, (row, line) in enumerate(_objects(text, decimal), start=1):
            if row is None:
                yield Record(number, [line], _FLAW)
            else:
                yield Record(number, [row.get(heading) for heading in names])

    return normalised(name, names, records(), work / f"{path.name}.json.parquet", is_typed=True)


def _objects(text: Text, decimal: str) -> Iterator[tuple[dict[str, str] | None, str]]:
    """Each object flattened, with its line; None for a line that is not a JSON object."""
    with open_lines(text) as file:
        first = file.read(1)
        while first.isspace():
            first = file.read(1)
        file.seek(0)
        if first == "[":
            yield from _array(file.read(), decimal)
            return
        for line in file:
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_float=Decimal, parse_int=Decimal)
            except (ValueError, RecursionError, ArithmeticError):
                yield None, line.strip()
                continue
            yield (dict(_flat(value, "", decimal)), line) if isinstance(value, dict) else (None, line.strip())


def _array(document: str, decimal: str) -> Iterator[tuple[dict[str, str] | None, str]]:
    try:
        values = json.loads(document, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        yield None, document
        return
    for value in values:
        yield (dict(_flat(value, "", decimal)), "") if isinstance(value, dict) else (None, json.dumps(str(value)))


def _flat(value: Any, path: str, decimal: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key), decimal)
    elif isinstance(value, list) and all(not isinstance(item, dict | list) for item in value):
        yield path, "|".join(_scalar(item, decimal) for item in value)
    elif isinstance(value, list):
        yield path, json.dumps(value, default=str, ensure_ascii=False)
    else:
        yield path, _scalar(value, decimal)


def _scalar(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value, decimal)
    return str(value)  # NaN and Infinity come as floats and are refused as numbers later

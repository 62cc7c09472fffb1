"""Splits delimited text into records when DuckDB cannot: ragged rows, stray quotes, stray bytes.

A record is a line, or several where a quoted cell spans them. A quote that never closes does not swallow the file:
its line alone is the flawed record, and reading goes on behind it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from outlay.sources.files.normal import Record
from outlay.sources.files.text import REPLACEMENT, Text

# A quoted cell may span this many lines before its opening quote counts as a stray one.
_LONGEST_QUOTE = 2_000
# The reader has its own bound on a cell, far below what files hold; ours is checked where records are written.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Split:
    """One record as it stands in the file: its cells, the physical lines it took, and what is wrong with it."""

    cells: list[str]
    lines: int
    flaw: str | None = None


def split(lines: Iterator[str], delimiter: str, width: int | None = None) -> Iterator[Split]:
    """Every record of the text, blank lines included (no cells).

    Lines are joined to a quoted cell only if the record then has `width` cells (None: any number).
    """
    waiting: deque[str] = deque()
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        cells, is_open = _parse(line, delimiter)
        if not is_open:
            yield Split(cells or _literal(line, delimiter), 1)
            continue
        joined, taken = _quoted(line, waiting, lines, delimiter)
        if joined is not None and width in (None, _width(joined, width)):
            yield Split(joined, len(taken))
            continue
        waiting.extendleft(reversed(taken[1:]))
        yield Split(_literal(line, delimiter), 1, "a quote is opened and never closed")


def _width(cells: list[str], expected: int | None) -> int:
    """How many cells there are, empty ones beyond the expected not counted."""
    return expected if expected is not None and not any(cells[expected:]) and len(cells) >= expected else len(cells)


def _parse(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """The cells of `text` (None where its quotes make no sense) and whether it ends inside a quoted cell."""
    if '"' not in text:
        return text.rstrip("\r\n").split(delimiter) if text.strip("\r\n") else [], False
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), []), False
    except csv.Error as error:
        return None, "unexpected end" in str(error)


def _quoted(line: str, waiting: deque[str], lines: Iterator[str], delimiter: str) -> tuple[list[str] | None, list[str]]:
    """The cells of a record of several lines, None where the quote never closes; and the lines that were taken."""
    taken = [line]
    while len(taken) < _LONGEST_QUOTE:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None:
            break
        taken.append(following)
        if '"' in following:
            cells, is_open = _parse("".join(taken), delimiter)
            if not is_open:
                return cells, taken
    return None, taken


def _literal(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes are taken as they stand."""
    return line.rstrip("\r\n").split(delimiter) if line.strip("\r\n") else []


def open_lines(text: Text) -> TextIO:
    return text.path.open(encoding="utf-8", newline="", errors="replace")


def records(text: Text, delimiter: str, skip: int, headings: tuple[str, ...]) -> Iterator[Record]:
    """The records behind the heading, which takes the first `skip` lines. Blank lines are no records."""
    with open_lines(text) as file:
        lines = iter(file)
        for _ in islice(lines, skip):
            continue
        number = 0
        for piece in split(lines, delimiter, len(headings)):
            if not piece.cells:
                continue
            number += 1
            yield Record(number, piece.cells, piece.flaw or _flaw(piece.cells, headings, text))


def _flaw(cells: list[str], headings: tuple[str, ...], text: Text) -> str | None:
    width = len(headings)
    if len(cells) < width and any(cell.strip() for cell in cells):
        return f"the row has {len(cells)} cells, the heading has {width}"
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return f"the row has {len(cells)} cells, the heading has {width}"
    if text.has_stray_bytes:
        for cell, heading in zip(cells, headings, strict=False):
            if REPLACEMENT in cell:
                shown = heading.strip() or "a cell"
                return f"{shown} holds bytes that are not {text.encoding}; expected the encoding that is declared"
    return None

"""What every reader hands on: the headings of one delivered table and SQL that gives its cells as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from outlay.sources.files.headings import LONGEST_PREAMBLE, best_row
from outlay.sources.files.normal import Record, write_records
from outlay.sources.quoting import BLANKS, literal

# Where a named value (GA4's `event_params`) keeps what it holds, by type; one of them is set.
VALUE_FIELDS = ("string_value", "int_value", "float_value", "double_value")


@dataclass(frozen=True)
class Table:
    """One table inside a delivered file. `sql` selects _row, _flaw, _raw, c0, c1, … (VARCHAR; the heading not).

    `rows` is how many records it holds; `careful` reads the same table record by record where the fast reading fails
    or finds another number. `is_typed`: dates and times come from typed cells, as ISO text.
    `outer_blanks`: the characters that may stand around a value; none where the cells are trimmed.
    `headings_are_ours`: the reader gave them, so one that nothing is mapped to is no news.
    """

    name: str
    headings: tuple[str, ...]
    sql: str
    rows: int
    careful: Callable[[], Table] | None = None
    is_typed: bool = False
    outer_blanks: str = BLANKS
    headings_are_ours: bool = False


def cells_of(source: str, width: int) -> str:
    """SQL over a relation that already has _row, _flaw, _raw and the cells."""
    return f"select _row, _flaw, _raw{''.join(f', c{at}' for at in range(width))} from {source}"


def normalised(
    name: str, headings: tuple[str, ...], records: Iterable[Record], path: Path, *, is_typed: bool = False
) -> Table:
    """A table from records that Python gives, written to `path`."""
    rows = write_records(records, headings, path)
    sql = cells_of(f"read_parquet({literal(str(path))})", len(headings))
    return Table(name, headings, sql, rows, is_typed=is_typed, outer_blanks="")


def from_rows(name: str, rows: Iterable[Sequence[str]], wanted: Sequence[Sequence[str]], path: Path) -> Table | None:
    """A table from rows of which one near the top is the heading; None when there is no row at all."""
    iterator = iter(rows)
    head = [list(row) for row in islice(iterator, LONGEST_PREAMBLE)]
    if not any(cell.strip() for row in head for cell in row):
        return None
    at, _ = best_row(head, wanted)
    headings = tuple(head[at])
    following = enumerate(chain(head[at + 1 :], iterator), start=1)
    return normalised(name, headings, (Record(number, row) for number, row in following), path, is_typed=True)

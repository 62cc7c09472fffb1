"""Delimited text: finds the heading and the delimiter, lets DuckDB parse, and reads by record where DuckDB cannot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from outlay.sources.files.headings import LONGEST_PREAMBLE, best_row
from outlay.sources.files.normal import LONGEST_CELL
from outlay.sources.files.records import Split, open_lines, records, split
from outlay.sources.files.tables import Table, normalised
from outlay.sources.files.text import Text, read_text
from outlay.sources.quoting import BLANKS, literal

_DELIMITERS = (",", ";", "\t", "|")


def read_delimited(
    path: Path, name: str, wanted: Sequence[Sequence[str]], encoding: str, delimiter: str | None, work: Path
) -> Table | None:
    """The table in a text file; None when it holds no line. Columns are not judged here."""
    text = read_text(path, encoding, work)
    if text.is_empty:
        return None
    delimiter, pieces, at = _heading(text, wanted, delimiter)
    headings = tuple(pieces[at].cells)
    while len(headings) > 1 and not headings[-1].strip():
        headings = headings[:-1]
    skip = sum(piece.lines for piece in pieces[: at + 1])

    def careful() -> Table:
        target = work / f"{path.name}.records.parquet"
        return normalised(name, headings, records(text, delimiter, skip, headings), target)

    blank = sum(not piece.cells for piece in pieces[: at + 1])
    is_plain = not text.has_stray_bytes and text.quotes % 2 == 0 and len(headings) == len(pieces[at].cells)
    if not is_plain:
        return careful()
    sql = _fast(text, delimiter, skip, len(headings))
    blanks = BLANKS if text.has_odd_blanks else " " if text.has_outer_spaces or delimiter not in _DELIMITERS else ""
    return Table(name, headings, sql, text.lines - skip + blank, careful=careful, outer_blanks=blanks)


def _heading(text: Text, wanted: Sequence[Sequence[str]], declared: str | None) -> tuple[str, list[Split], int]:
    """The delimiter under which a row near the top names the most wanted columns; the top records; that row's place."""
    best: tuple[int, int, str, list[Split], int] | None = None
    for delimiter in [declared] if declared else _DELIMITERS:
        with open_lines(text) as file:
            pieces = list(islice(split(iter(file), delimiter), LONGEST_PREAMBLE))
        at, score = best_row([piece.cells for piece in pieces], wanted)
        candidate = (score, len(pieces[at].cells), delimiter, pieces, at)
        if best is None or candidate[:2] > best[:2]:
            best = candidate
        if score == len(wanted) and score:
            break
    if best is None:
        raise ValueError("no delimiter to try")
    return best[2], best[3], best[4]


def _fast(text: Text, delimiter: str, skip: int, width: int) -> str:
    """SQL by which DuckDB parses the file itself, in order, failing on any row that is not as wide as the heading."""
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width))
    cells = ", ".join(f"c{at}" for at in range(width))
    reader = (
        f"read_csv({literal(str(text.path))}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', columns = {{{columns}}}, "
        f"max_line_size = {LONGEST_CELL}, parallel = false)"
    )
    return f"select row_number() over () as _row, null::varchar as _flaw, null::varchar as _raw, {cells} from {reader}"

"""Workbooks, read with calamine. Typed cells are written back in the source's notation: one parser reads all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound, ZipError

from outlay.sources.files.archives import UnreadableError
from outlay.sources.files.headings import LONGEST_PREAMBLE, best_row
from outlay.sources.files.tables import Table, from_rows

_MOST_DIGITS = 60


def read_excel(
    path: Path, name: str, wanted: Sequence[Sequence[str]], sheet: str | None, decimal: str, work: Path
) -> Table | None:
    """The table on the declared sheet, else on the sheet that names the most wanted columns. None when it is empty.

    Raises UnreadableError when it is no workbook or has no such sheet.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        chosen = sheet or _best_sheet(workbook, wanted)
        rows = _rows(workbook, chosen, cell_text(decimal))
        return from_rows(name, rows, wanted, work / f"{path.name}.sheet.parquet")
    except WorksheetNotFound:
        names = ", ".join(workbook.sheet_names)
        raise UnreadableError(f"has no sheet {sheet!r}; it has {names}", blocks=True) from None
    except (CalamineError, PasswordError, ZipError, OSError, ValueError) as error:
        raise UnreadableError(f"is not a readable workbook ({error})") from None


def sheets_of(path: Path, most: int) -> Iterator[tuple[str, list[list[str]]]]:
    """Each sheet's name and its first `most` rows as text. Raises UnreadableError when it is no workbook."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet in workbook.sheet_names:
            yield sheet, list(islice(_rows(workbook, sheet, cell_text(".")), most))
    except (CalamineError, PasswordError, ZipError, OSError, ValueError) as error:
        raise UnreadableError(f"is not a readable workbook ({error})") from None


def _best_sheet(workbook: CalamineWorkbook, wanted: Sequence[Sequence[str]]) -> str:
    best, best_score = workbook.sheet_names[0], -1
    for sheet in workbook.sheet_names:
        rows = [row for _, row in zip(range(LONGEST_PREAMBLE), _rows(workbook, sheet, str), strict=False)]
        score = best_row(rows, wanted)[1]
        if score > best_score:
            best, best_score = sheet, score
    return best


def _rows(workbook: CalamineWorkbook, sheet: str, text: Callable[[object], str]) -> Iterator[list[str]]:
    for row in workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False):
        yield [text(cell) for cell in row]


def cell_text(decimal: str) -> Callable[[object], str]:
    """Writes a typed cell as text: numbers plain with the declared `decimal` mark, dates and times as ISO."""

    def text(cell: object) -> str:
        if cell is None:
            return ""
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, float | int | Decimal):
            return number_text(cell, decimal)
        if isinstance(cell, datetime):
            return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
        if isinstance(cell, date | time):
            return cell.isoformat()
        return str(cell)

    return text


def number_text(value: float | int | Decimal, decimal: str) -> str:
    """The shortest digits that give `value`, without an exponent: 1234.5, 5E-7 as 0.0000005, 12.0 as 12."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_DIGITS:
        return str(value)  # no number of ours: 1e999999999 would be a text of a billion digits
    return f"{exact:f}".replace(".", decimal)

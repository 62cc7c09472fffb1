"""Cells of a workbook: numbers that Excel computes with, days that it knows, texts that it never runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# Characters that a cell holds.
MOST_CHARACTERS = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_RATIOS = ("_pct", "_share", "_rate", "share", "rate", "roi", "roas", "pace", "credit", "weight", "coverage", "wape")


@dataclass(frozen=True)
class Formats:
    """How cells look: each kind of value is one that Excel computes with."""

    head: Format
    title: Format
    money: Format
    ratio: Format
    whole: Format
    day: Format
    instant: Format
    quoted: Format
    remark: Format


def formats_of(book: xlsxwriter.Workbook) -> Formats:
    """The formats of one workbook."""
    return Formats(
        head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F4"}),
        title=book.add_format({"bold": True, "font_size": 14}),
        money=book.add_format({"num_format": "#,##0.00"}),
        ratio=book.add_format({"num_format": "0.0000"}),
        whole=book.add_format({"num_format": "0"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
        instant=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        quoted=book.add_format({"quote_prefix": True}),
        remark=book.add_format({"italic": True, "font_color": "#9C2A00"}),
    )


def number_format(column: str, kind: str, formats: Formats) -> Format:
    """How the numbers of a column look: ratios with four decimals, amounts with two, counts with none."""
    if not kind.startswith(("DECIMAL", "DOUBLE")):
        return formats.whole
    return formats.ratio if column.endswith(_RATIOS) else formats.money


def write_value(sheet: Worksheet, row: int, column: int, value: Any, number: Format, formats: Formats) -> None:
    """Writes a value as what it is; None is an empty cell."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        if value == value and abs(value) != float("inf"):
            sheet.write_number(row, column, value, number)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats.instant)
    elif isinstance(value, date):
        _write_day(sheet, row, column, value, formats)
    else:
        _write_text(sheet, row, column, str(value), formats)


def _write_day(sheet: Worksheet, row: int, column: int, value: date, formats: Formats) -> None:
    if value.year < 1900:  # before Excel's calendar
        sheet.write_string(row, column, value.isoformat())
    else:
        sheet.write_datetime(row, column, value, formats.day)


def _write_text(sheet: Worksheet, row: int, column: int, text: str, formats: Formats) -> None:
    shown = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
    if shown.startswith(_FORMULA_STARTS):
        sheet.write_string(row, column, shown, formats.quoted)
    else:
        sheet.write_string(row, column, shown)

"""The published version as an Excel workbook: a sheet a table, written row by row, in little memory.

Texts are texts: one that begins like a formula is marked as quoted, so that neither opening nor editing runs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from outlay.durable import PARTIAL
from outlay.publishing.candidate import SCHEMA
from outlay.publishing.cells import MOST_CHARACTERS, Formats, formats_of, number_format, write_value
from outlay.publishing.versions import PublishedVersion
from outlay.quality import Verdict

# What Excel holds: rows of a sheet, characters of a sheet's name.
MOST_ROWS, MOST_NAME = 1_048_576, 31
# The tables that people open; `touch_credits` is far too long for a sheet, and asked for by name.
MAIN_TABLES = (
    "budget_variances",
    "budget_rollups",
    "budget_consumption_daily",
    "variance_drivers",
    "spend_forecasts",
    "spend_daily",
    "campaign_roi",
    "channel_roi",
    "attributed_revenue_daily",
    "attribution_effects",
    "commitments",
    "contract_commitments",
    "reconciliation_summaries",
    "reconciliations",
    "savings_opportunities",
    "savings_detectors",
    "savings_stages",
    "savings_targets",
    "vendor_scorecards",
    "recorded_spend",
    "campaigns",
    "channels",
    "vendors",
    "departments",
    "fiscal_periods",
    "restatements",
    "quarantined_rows",
    "quality_verdicts",
)
_BATCH = 10_000


class WorkbookError(Exception):
    """The workbook cannot be written; the message says what was asked for and what there is."""


@dataclass(frozen=True)
class Sheet:
    """One table in the workbook: how many rows it has, how many of them the sheet shows."""

    table: str
    rows: int
    shown: int


def write_workbook(
    version: PublishedVersion,
    path: Path,
    *,
    verdicts: Iterable[Verdict] = (),
    tables: Sequence[str] = (),
    most_rows: int = MOST_ROWS,
) -> list[Sheet]:
    """Writes `path` whole or not at all. `tables`: those of MAIN_TABLES that the version has, if none are named.

    The version holds what the gate on its inputs said; `verdicts` are those of the gates on the version itself.

    Amounts are numbers shown with two decimals, NULL an empty cell. A table of more than `most_rows` (the heading
    included) is cut, which its last row says, with the Parquet file that holds all. Raises WorkbookError.
    """
    unknown = [name for name in tables if name not in version.tables]
    if unknown:
        known = ", ".join(sorted(version.tables))
        raise WorkbookError(f"no table {', '.join(unknown)} in version {version.version}; it has {known}")
    wanted = tuple(tables) or tuple(name for name in MAIN_TABLES if name in version.tables)
    part = path.with_name(path.name + PARTIAL)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with (
        duckdb.connect(str(version.database), read_only=True) as connection,
        xlsxwriter.Workbook(str(part), {**options, "strings_to_numbers": False}) as book,
    ):
        made = version.published_at.replace(tzinfo=None)
        book.set_properties({"title": f"outlay {version.version}", "created": made})
        formats = formats_of(book)
        about = book.add_worksheet("About")
        sheets = [_write_table(book, formats, version, connection, name, most_rows) for name in wanted]
        _write_about(about, formats, version, _gates(version, connection, verdicts), sheets)
    part.replace(path)
    return sheets


# -- a table ---------------------------------------------------------------------------------------------------------


def _write_table(
    book: xlsxwriter.Workbook,
    formats: Formats,
    version: PublishedVersion,
    connection: duckdb.DuckDBPyConnection,
    table: str,
    most_rows: int,
) -> Sheet:
    entry = version.tables[table]
    sheet = book.add_worksheet(table[:MOST_NAME])
    kinds = _kinds(version, connection, table)
    columns = list(kinds)
    _write_head(sheet, formats, columns, _descriptions(connection, table))
    # The heading takes a row, and what says that rows are missing another.
    fits = entry.rows + 1 <= most_rows
    shown = entry.rows if fits else max(most_rows - 2, 0)
    number_formats = [number_format(name, kind, formats) for name, kind in kinds.items()]
    for at, row in enumerate(_rows(version, connection, table, kinds, shown), start=1):
        for column, value in enumerate(row):
            write_value(sheet, at, column, value, number_formats[column], formats)
    if not fits:
        told = (
            f"{entry.rows - shown:,} more of {entry.rows:,} rows do not fit a sheet; all are in "
            f"{version.parquet / f'{table}.parquet'}"
        )
        sheet.write_string(shown + 1, 0, told, formats.remark)
    sheet.autofilter(0, 0, max(shown, 1), max(len(columns) - 1, 0))
    return Sheet(table, entry.rows, shown)


def _write_head(sheet: Worksheet, formats: Formats, columns: Sequence[str], said: dict[str, str]) -> None:
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, max(12, min(len(column) + 3, 32)))
        sheet.write_string(0, at, column, formats.head)
        if text := said.get(column):
            sheet.write_comment(0, at, text[:MOST_CHARACTERS], {"author": "outlay", "x_scale": 2, "y_scale": 1.2})


def _descriptions(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    query = "select column_name, comment from duckdb_columns() where schema_name = ? and table_name = ?"
    return {column: said for column, said in connection.execute(query, [SCHEMA, table]).fetchall() if said}


def _file(version: PublishedVersion, table: str) -> str:
    path = (version.parquet / f"{table}.parquet").as_posix().replace("'", "''")
    return f"read_parquet('{path}')"


def _kinds(version: PublishedVersion, connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The table's columns in their own order (the manifest's is that of the alphabet), with their types."""
    return {name: kind for name, kind, *_ in connection.execute(f"describe from {_file(version, table)}").fetchall()}


def _rows(
    version: PublishedVersion, connection: duckdb.DuckDBPyConnection, table: str, kinds: dict[str, str], most: int
) -> Iterator[tuple[Any, ...]]:
    """The first rows in the order of the table's key, which is that of its Parquet file."""
    columns = ", ".join(_plain(name, kind) for name, kind in kinds.items())
    cursor = connection.execute(f"select {columns} from {_file(version, table)} limit {most}")
    while batch := cursor.fetchmany(_BATCH):
        yield from batch


def _plain(name: str, kind: str) -> str:
    """SQL: a column as Excel can hold it; lists and the like become text."""
    quoted = '"' + name.replace('"', '""') + '"'
    known = ("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN", "VARCHAR", "HUGEINT")
    return quoted if kind.startswith(known) and not kind.endswith("]") else f"cast({quoted} as varchar)"


# -- the first sheet -------------------------------------------------------------------------------------------------


def _write_about(
    sheet: Worksheet,
    formats: Formats,
    version: PublishedVersion,
    gates: Sequence[Sequence[Any]],
    sheets: Sequence[Sheet],
) -> None:
    """Which version this is, what its gates said, what is on which sheet."""
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 4, 18)
    sheet.write_string(0, 0, "outlay", formats.title)
    facts: list[tuple[str, Any]] = [
        ("version", version.version),
        ("as of", version.as_of),
        ("last day with figures", version.content.last_day),
        ("published at (UTC)", version.published_at),
        ("all tables, unabridged", str(version.parquet)),
    ]
    for at, (name, value) in enumerate(facts, start=1):
        sheet.write_string(at, 0, name)
        write_value(sheet, at, 1, value, formats.whole, formats)
    at = len(facts) + 2
    at = _write_lines(sheet, formats, at, ("gate", "passed", "warned", "failed"), gates) + 1
    told = [(one.table, one.rows, one.shown, None if one.rows == one.shown else "cut: see its end") for one in sheets]
    _write_lines(sheet, formats, at, ("sheet", "rows", "rows shown", ""), told)


def _write_lines(
    sheet: Worksheet, formats: Formats, at: int, head: Sequence[str], lines: Sequence[Sequence[Any]]
) -> int:
    """Writes a small table at row `at`; the row behind it."""
    for column, text in enumerate(head):
        sheet.write_string(at, column, text, formats.head)
    for row, line in enumerate(lines, start=at + 1):
        for column, value in enumerate(line):
            write_value(sheet, row, column, value, formats.whole, formats)
    return at + 1 + len(lines)


def _gates(
    version: PublishedVersion, connection: duckdb.DuckDBPyConnection, verdicts: Iterable[Verdict]
) -> list[tuple[Any, ...]]:
    """(suite, passed, warned, failed) of each suite, published verdicts first."""
    counts: dict[str, Counter[str]] = {}
    if "quality_verdicts" in version.tables:
        query = f"select suite, verdict, count(*) from {SCHEMA}.quality_verdicts group by all order by all"
        for suite, verdict, count in connection.execute(query).fetchall():
            counts.setdefault(suite, Counter())[verdict] += count
    for one in verdicts:
        if one.fingerprint == version.fingerprint:
            counts.setdefault(one.suite, Counter())[one.verdict] += 1
    return [
        (suite, found["passed"], found["warned"], found.total() - found["passed"] - found["warned"])
        for suite, found in counts.items()
    ]

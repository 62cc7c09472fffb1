"""The workbook, read back with another library: the figures are those of the published tables, and texts stay texts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from outlay.publishing import PublishedVersion
from outlay.publishing.workbook import WorkbookError, write_workbook
from outlay.quality import VerdictStore
from tests.unit.publishing.marts import publish_now, rows_of

# Names as an attacker, or an unlucky marketer, would give them.
NASTY = ("=cmd|' /C calc'!A0", "+1+2", "-brand", "@SUM(A1)", "plain")
CHANGES = (
    "alter table marts.campaigns add column name varchar",
    "alter table marts.campaigns add column is_placeholder boolean",
    "delete from marts.campaigns",
    *(
        f"insert into marts.campaigns values ('{at}', $${name}$$, {'true' if at else 'null'})"
        for at, name in enumerate(NASTY)
    ),
)


@pytest.fixture
def version(tmp_path: Path) -> PublishedVersion:
    return publish_now(tmp_path / "data", *CHANGES)


def opened(version: PublishedVersion, path: Path, **options: object) -> openpyxl.Workbook:
    write_workbook(version, path, **options)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


def test_amounts_and_days_are_what_was_published(version: PublishedVersion, tmp_path: Path) -> None:
    sheet = opened(version, tmp_path / "out.xlsx")["spend_daily"]
    head, *rows = sheet.iter_rows()
    names = [cell.value for cell in head]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    published = rows_of(version.parquet, "spend_daily")
    assert [Decimal(str(row["amount"].value)) for row in found] == [row["amount"] for row in published]
    assert [row["date_day"].value for row in found] == [datetime(2026, 3, 1 + (at > 0)) for at in range(3)]  # noqa: DTZ001
    assert {row["amount"].number_format for row in found} == {"#,##0.00"}
    assert {row["date_day"].number_format for row in found} == {"yyyy-mm-dd"}
    assert sheet.freeze_panes == "A2"
    assert head[names.index("amount")].comment.text == "Home currency."


def test_no_text_is_a_formula(version: PublishedVersion, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    sheet = opened(version, path)["campaigns"]
    rows = [*sheet.iter_rows(min_row=2)]
    assert [row[1].value for row in rows] == [*NASTY]
    assert {row[1].data_type for row in rows} <= {"s", "inlineStr"}
    assert [row[1].quotePrefix for row in rows] == [True, True, True, True, False]
    assert [row[2].value for row in rows] == [None, True, True, True, True]
    with ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in content or b"<f " in content for content in sheets)


def test_a_sheet_that_cannot_hold_all_says_so_and_where_all_is(version: PublishedVersion, tmp_path: Path) -> None:
    book = opened(version, tmp_path / "out.xlsx", tables=["spend_daily", "campaigns"], most_rows=3)
    assert book.sheetnames == ["About", "spend_daily", "campaigns"]
    rows = [*book["spend_daily"].iter_rows(values_only=True)]
    assert len(rows) == 3
    assert rows[2][0] == f"2 more of 3 rows do not fit a sheet; all are in {version.parquet}/spend_daily.parquet"
    exact = opened(version, tmp_path / "exact.xlsx", tables=["spend_daily"], most_rows=4)
    assert len([*exact["spend_daily"].iter_rows()]) == 4


def test_the_first_sheet_says_which_version_and_what_its_gates_said(tmp_path: Path) -> None:
    verdicts = (
        "create table marts.quality_verdicts as from (values ('landed', 'a', 'passed'), ('landed', 'b', 'warned'), "
        "('marts', 'c', 'passed')) as t(suite, subject, verdict)"
    )
    keys = {"spend_daily": ("date_day", "origin", "campaign_id"), "quality_verdicts": ("suite", "subject")}
    version = publish_now(tmp_path / "data", verdicts, keys=keys)
    store = VerdictStore(tmp_path / "data" / "verdicts")
    sheet = opened(version, tmp_path / "out.xlsx", verdicts=store.latest())["About"]
    lines = [tuple(value for value in row if value is not None) for row in sheet.iter_rows(values_only=True)]
    assert ("version", version.version) in lines
    assert ("as of", datetime(2026, 3, 2)) in lines  # noqa: DTZ001
    assert ("landed", 1, 1, 0) in lines
    # Of the version itself its own gates have spoken, by its fingerprint: one verdict published, the rest stored.
    own = [verdict for verdict in store.latest() if verdict.fingerprint == version.fingerprint]
    assert ("marts", 1 + sum(verdict.suite == "marts" for verdict in own), 0, 0) in lines
    assert ("spend_daily", 3, 3) in lines


def test_an_unknown_table_is_refused_and_nothing_is_written(version: PublishedVersion, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="no table nonsense in version"):
        write_workbook(version, tmp_path / "out.xlsx", tables=["nonsense"])
    assert [*tmp_path.glob("*.xlsx*")] == []

"""Rows of dropped files that cannot be used, and in which dress they may come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.landing.drop_box import SPEND_HEADING, drop_box, spend_file, spend_row


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("spend", "twelve", 'spend is "twelve"; expected a number'),
        ("spend", "NaN", 'spend is "NaN"; expected a number'),
        ("spend", "inf", 'spend is "inf"; expected a number'),
        ("spend", "1e308", 'spend is "1e308"; expected a number'),
        ("spend", '"1.234,56"', 'spend is "1.234,56"; expected a number'),
        ("spend", '"1,234.56"', 'spend is "1,234.56"; expected a number'),
        ("spend", "999999999999999.00", 'spend is "999999999999999.00"; expected a number that fits DECIMAL(18,4)'),
        ("spend", "-5.00", "spend is -5.0000; expected 0 or more"),
        ("spend", "", "spend is empty; it is required"),
        ("currency", "EURO", 'currency is "EURO"; expected an ISO 4217 currency code'),
        ("currency", "XYZ", 'currency is "XYZ"; expected an ISO 4217 currency code'),
        ("date_day", "2027-02-29", 'date_day is "2027-02-29"; expected a date written %Y-%m-%d'),
        ("date_day", "01/03/2026", 'date_day is "01/03/2026"; expected a date written %Y-%m-%d'),
        ("date_day", "26-03-01", 'date_day is "26-03-01"; expected a date written %Y-%m-%d'),
        ("campaign_id", "", "campaign_id is empty; it is required"),
        ("campaign_name", "x" * 2_000_000, "campaign_name holds 2,000,000 characters; at most 1,048,576 are read"),
    ],
)
def test_a_row_that_cannot_be_used_is_quarantined_and_the_others_load(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    box = drop_box(tmp_path)
    cells = dict(zip(SPEND_HEADING.split(","), spend_row("c9").split(","), strict=True)) | {column: value}
    box.put("a.csv", spend_file(spend_row(spend="10.00"), ",".join(cells.values()), spend_row("c2", spend="20.50")))
    box.land()
    [(row, found)] = box.quarantined()
    assert (row, found[: len(reason)], box.total()) == (2, reason, "30.5000")


@pytest.mark.parametrize(
    ("column", "value", "landed"),
    [
        ("spend", "0", Decimal("0.0000")),
        ("spend", "-2e-18", Decimal("0.0000")),
        ("spend", "1234567890.12345", Decimal("1234567890.1234")),
        ("date_day", "2028-02-29", date(2028, 2, 29)),
        ("campaign_name", '"two\nlines, one cell"', "two\nlines, one cell"),
        ("campaign_name", "=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("campaign_name", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("campaign_name", "-", "-"),
        ("campaign_name", "--", None),
        ("campaign_name", " Bränd \u00a0", "Bränd"),
    ],
)
def test_an_unusual_value_is_taken_as_it_is(tmp_path: Path, column: str, value: str, landed: object) -> None:
    box = drop_box(tmp_path)
    cells = dict(zip(SPEND_HEADING.split(","), spend_row().split(","), strict=True)) | {column: value}
    box.put("a.csv", spend_file(",".join(cells.values()), spend_row("c2", spend="7")))
    report = box.land()
    assert (report.rows_landed, report.rows_quarantined) == (2, 0)
    assert box.rows(column) == [(landed,), *box.rows(column)[1:]]


def test_the_raw_text_of_a_quarantined_row_is_kept(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(spend="ten"), spend_row("c2")))
    box.land()
    assert box.quarantined("source, file, row_number, raw") == [
        (
            "src",
            "drop/a.csv",
            1,
            '{"platform":"google","account_id":"a1","campaign_id":"c1","date_day":"2026-03-01","spend":"ten",'
            '"currency":"EUR","campaign_name":"Brand"}',
        )
    ]


@pytest.mark.parametrize(
    ("case", "bad_line", "reason"),
    [
        ("too few cells", "google,a1,c9", "the row has 3 cells, the heading has 7"),
        ("too many cells", spend_row("c9") + ",more", "the row has 8 cells, the heading has 7"),
        ("a quote that never closes", 'google,a1,c9,2026-03-01,1,EUR,"Brand', "a quote is opened and never closed"),
    ],
)
def test_a_ragged_line_is_quarantined_alone(tmp_path: Path, case: str, bad_line: str, reason: str) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(), bad_line, spend_row("c2"), spend_row("c3")))
    box.land()
    [(row, found)] = box.quarantined()
    assert (row, found.split(";")[0]) == (2, reason)
    assert [cell for (cell,) in box.rows("campaign_id")] == ["c1", "c2", "c3"]


def test_rows_after_the_run_date_are_landed_and_told_as_future_dated(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(day="2026-03-01"), spend_row("c2", day="2026-03-02")))
    box.land()
    assert box.quarantined("row_number, reason", as_of=date(2026, 3, 1)) == [(2, "future_dated")]
    assert box.quarantined("row_number, reason", as_of=date(2026, 3, 2)) == []


def test_the_day_of_an_instant_is_the_companys(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'time_zone = "UTC"', "touchpoints", 'time_zone = "America/New_York"')
    box.put(
        "a.csv",
        "touch_id,user_id,touched_at,channel\n"
        "t1,u1,2026-03-01T04:59:59Z,email\n"  # 23:59:59 of the last day of February in New York
        "t2,u1,2026-03-01 05:00:00,email\n",
    )
    box.land()
    assert box.rows("touch_id, day", order="touch_id") == [("t1", date(2026, 2, 28)), ("t2", date(2026, 3, 1))]


def test_a_row_repeated_word_for_word_counts_once_and_is_shown(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(), spend_row("c2"), spend_row()))
    box.land()
    assert box.total() == "20.0000"
    assert box.quarantined() == [(3, "repeats row 1 of the same delivery: same key and same values")]


def test_rows_that_share_a_key_and_differ_are_warned_of(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(spend="1"), spend_row(spend="2")))
    assert [(one.check, one.severity) for one in box.land().problems] == [("grain", "warned")]
    assert box.total() == "3.0000"

"""Every way in which a dropped file can be wrong, and what becomes of it: nothing is lost, nothing is misread."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.landing.drop_box import SPEND_HEADING, drop_box, spend_file, spend_row

GOOD = spend_file(spend_row(spend="10.00"), spend_row("c2", spend="20.50"))


@pytest.mark.parametrize(
    ("case", "content"),
    [("empty file", ""), ("only blank lines", "\n\n"), ("heading only", SPEND_HEADING + "\n")],
)
def test_a_file_without_rows_is_refused(tmp_path: Path, case: str, content: str) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", GOOD)
    box.put("b.csv", content)
    report = box.land()
    assert (box.total(), box.checks("failed")) == ("30.5000", ["no_rows"])
    assert "b.csv holds no rows" in report.problems[-1].message
    assert "state optional = true under [sources.src]" in report.problems[-1].message
    drop_box(tmp_path, "optional = true").land()
    assert box.checks("failed") == ([] if case == "heading only" else ["no_rows"])
    box.remove("b.csv")
    box.land()
    assert (box.total(), box.checks("failed")) == ("30.5000", [])


def test_a_glob_that_matches_nothing_fails_unless_it_is_optional(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    report = box.land()
    assert (box.checks("failed"), "no rows: no file matches drop/*" in report.problems[0].message) == (
        ["no_rows"],
        True,
    )
    optional = drop_box(tmp_path, "optional = true")
    optional.land()
    assert optional.checks("failed") == []


def test_an_optional_source_may_deliver_an_empty_answer(tmp_path: Path) -> None:
    box = drop_box(tmp_path, "optional = true")
    box.put("a.csv", SPEND_HEADING + "\n")
    assert (box.land().problems, box.rows("*")) == ([], [])
    box.put("b.csv", "")  # not even a heading: no answer
    box.land()
    assert box.checks("failed") == ["no_rows"]


def test_a_cut_off_gzip_file_is_refused_whole(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv.gz", gzip.compress(GOOD.encode()))
    box.put("b.csv.gz", gzip.compress(spend_file(spend_row("c3")).encode())[:-9])
    box.land()
    assert (box.total(), box.checks("failed")) == ("30.5000", ["file_readable"])
    assert box.quarantined("file, row_number") == [("drop/b.csv.gz", 0)]


def test_garbage_behind_a_gzip_file_is_quarantined_and_its_rows_load(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv.gz", gzip.compress(GOOD.encode()) + b"garbage")
    report = box.land()
    assert (box.total(), box.checks("failed")) == ("30.5000", [])
    assert box.quarantined() == [(0, "7 bytes follow the end of the gzip data; they were not read")]
    assert [problem.severity for problem in report.problems] == ["warned"]


def test_gzip_members_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    halves = spend_file(spend_row()).encode(), (spend_row("c2") + "\n").encode()
    box.put("a.csv.gz", b"".join(gzip.compress(half) for half in halves) + b"\0" * 512)
    box.land()
    assert (box.total(), box.quarantined()) == ("20.0000", [])


@pytest.mark.parametrize("name", ["b.parquet", "b.xlsx", "b.zip"])
def test_an_unreadable_file_is_quarantined_and_the_others_load(tmp_path: Path, name: str) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", GOOD)
    box.put(name, b"PAR1 or PK, cut off")
    box.land()
    assert (box.total(), box.checks("failed"), box.checks("warned")) == ("30.5000", [], ["file_readable"])
    assert box.quarantined("file, row_number") == [(f"drop/{name}", 0)]


def test_a_source_of_which_nothing_can_be_read_fails(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.parquet", b"PAR1")
    box.land()
    assert box.checks("failed") == ["no_rows"]


def test_a_missing_column_is_named_and_the_file_is_refused(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", "platform,account_id,date_day,spend,currency\ngoogle,a1,2026-03-01,10,EUR\n")
    message = box.land().problems[0].message
    assert (box.checks("failed"), box.rows("*")) == (["columns_present"], [])
    assert "drop/a.csv: campaign_id: no heading 'campaign_id'" in message


def test_a_renamed_column_is_refused_with_a_hint(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", GOOD.replace("campaign_id", "campaign_ident"))
    assert "was it renamed to 'campaign_ident'?" in box.land().problems[0].message
    assert box.checks("failed") == ["columns_present"]


def test_a_refused_file_stays_refused_until_it_is_mended(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", GOOD.replace("spend,", "cost,"))
    box.land()
    box.land()
    assert box.checks("failed") == ["columns_present"]
    box.put("a.csv", GOOD)
    box.land()
    assert (box.checks("failed"), box.total()) == ([], "30.5000")


def test_a_refused_file_is_mended_by_taking_it_away(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", GOOD)
    box.put("b.csv", "")
    box.land()
    box.remove("b.csv")
    box.land()
    assert (box.checks("failed"), box.total()) == ([], "30.5000")


def test_an_added_column_is_loaded_and_warned_of_once(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    heading = "platform,account_id,campaign_id,date_day,spend,currency,mood"
    box.put("a.csv", f"{heading}\ngoogle,a1,c1,2026-03-01,10,EUR,good\n")
    [problem] = box.land().problems
    assert (problem.check, problem.severity, box.checks("warned")) == ("columns_known", "warned", ["columns_known"])
    assert "heading 'mood'" in problem.message
    box.put("b.csv", f"{heading}\ngoogle,a1,c1,2026-03-02,10,EUR,bad\n")
    assert (box.land().problems, box.checks("warned"), box.total()) == ([], [], "20.0000")


def test_reordered_columns_give_the_same_rows(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", "spend,currency,date_day,campaign_id,account_id,platform\n10.00,EUR,2026-03-01,c1,a1,google\n")
    box.land()
    assert box.rows("platform, account_id, campaign_id, date_day, spend, currency") == [
        ("google", "a1", "c1", date(2026, 3, 1), Decimal("10.0000"), "EUR")
    ]


@pytest.mark.parametrize(
    ("case", "encoded"),
    [
        ("a byte-order mark", GOOD.encode("utf-8-sig")),
        ("UTF-16 with its mark", GOOD.encode("utf-16")),
        ("UTF-16 big-endian without a mark", GOOD.encode("utf-16-be")),
        ("Windows line ends", GOOD.replace("\n", "\r\n").encode()),
        ("old Mac line ends", GOOD.replace("\n", "\r").encode()),
        ("semicolons", GOOD.replace(",", ";").encode()),
        ("tabs", GOOD.replace(",", "\t").encode()),
        ("title lines", ('Campaign report\n"March 1, 2026 - March 2, 2026"\n\n' + GOOD).encode()),
        ("headings in capitals with spaces", GOOD.replace("campaign_id", "Campaign\u00a0 ID ").encode()),
        ("blank lines and rows of commas", GOOD.replace("\n", "\n\n,,,,,,\n").encode()),
        ("no line end at the end", GOOD.rstrip("\n").encode()),
        ("every cell quoted", GOOD.replace(",", '","').replace("\n", '"\n"').rstrip('"').join('"\n').encode()[:-1]),
    ],
)
def test_the_same_table_in_another_dress_gives_the_same_rows(tmp_path: Path, case: str, encoded: bytes) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", encoded)
    box.land()
    assert (box.total(), box.quarantined(), box.checks("failed")) == ("30.5000", [], [])
    assert box.rows("campaign_id, campaign_name") == [("c1", "Brand"), ("c2", "Brand")]


def test_latin_1_is_read_where_it_is_declared(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'encoding = "latin-1"')
    box.put("a.csv", spend_file(spend_row(name="Bränd")).encode("latin-1"))
    box.land()
    assert box.rows("campaign_name") == [("Bränd",)]


def test_bytes_that_are_not_the_declared_encoding_quarantine_their_row_alone(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(), spend_row("c2", name="Bränd"), spend_row("c3")).encode("latin-1"))
    box.land()
    assert [row[0] for row in box.rows("campaign_id")] == ["c1", "c3"]
    expected = "campaign_name holds bytes that are not utf-8; expected the encoding that is declared"
    assert box.quarantined() == [(2, expected)]

"""What is delivered again: the same counts once, the new replaces the old, and nothing changes for nothing."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.landing import land
from outlay.sources import files
from tests.unit.landing.drop_box import AS_OF, SPEND_HEADING, DropBox, drop_box, spend_file, spend_row


def fingerprints(box: DropBox) -> dict[str, str]:
    """Every file of the landing zone but the caches of modification times, by content."""
    files = sorted(path for path in box.landing.rglob("*") if path.is_file() and path.suffix == ".parquet")
    return {str(path.relative_to(box.landing)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_landing_again_reads_and_changes_nothing(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    before = fingerprints(box)
    report = box.land()
    assert (report.files_read, report.files_unchanged, report.changed, fingerprints(box)) == (0, 1, [], before)


def test_a_touched_file_with_the_same_bytes_changes_nothing(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    path = box.put("a.csv", spend_file())
    path.touch()
    assert (box.land().changed, box.total()) == ([], "10.0000")


def test_the_same_bytes_under_another_name_count_once(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.put("a (1).csv", spend_file())
    report = box.land()
    assert (box.total(), report.files_repeated, report.files_read) == ("10.0000", 1, 1)
    assert (box.land().changed, box.total()) == ([], "10.0000")


def test_a_copy_takes_over_when_its_original_changes(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("b.csv", spend_file())
    box.land()
    box.put("a copy.csv", spend_file())
    box.land()
    box.put("b.csv", spend_file(spend_row("c2", spend="5.00")))
    box.land()
    assert (box.total(), sorted(box.rows("campaign_id"))) == ("15.0000", [("c1",), ("c2",)])


def test_a_file_that_becomes_a_copy_of_another_gives_up_its_own_rows(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.put("b.csv", spend_file(spend_row("c2", spend="5.00")))
    box.land()
    box.put("b.csv", spend_file())
    box.land()
    assert (box.total(), box.rows("campaign_id")) == ("10.0000", [("c1",)])


def test_new_content_under_an_old_name_replaces_its_rows_and_is_audited(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(spend="10.00"), spend_row("c2", day="2026-03-02", spend="4.00")))
    box.put("b.csv", spend_file(spend_row("c3", spend="1.00")))
    box.land()
    box.put("a.csv", spend_file(spend_row(spend="12.00"), spend_row("c2", day="2026-03-02", spend="4.00")))
    report = box.land()
    assert box.total() == "17.0000"
    assert report.previous[("a1", date(2026, 3, 1))] == Decimal("11.0000")
    # The second day's rows are the same, brought by a later delivery.
    assert [(one.day, one.control_total) for one in report.changed] == [(date(2026, 3, 1), Decimal("13.0000"))]
    assert len(list((box.landing / "raw" / "src").rglob("a.csv"))) == 2


def test_a_day_that_becomes_empty_keeps_an_empty_file_and_is_told(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(), spend_row("c2", day="2026-03-02")))
    box.land()
    box.put("a.csv", spend_file(spend_row()))
    report = box.land()
    assert [(one.day, one.rows, one.control_total) for one in report.removed] == [(date(2026, 3, 2), 0, None)]
    assert (box.total(), len(box.partitions()), len(box.rows("*"))) == ("10.0000", 2, 1)


def test_a_file_that_disappears_stays_landed(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    box.remove("a.csv")
    assert (box.land().changed, box.total(), box.checks("failed")) == ([], "10.0000", [])


def test_headings_alone_take_an_optional_sources_rows_back(tmp_path: Path) -> None:
    box = drop_box(tmp_path, "optional = true")
    box.put("a.csv", spend_file(spend_row(spend="10.00")))
    box.put("wrong.csv", spend_file(spend_row("c2", day="2026-03-02", spend="20.00")))
    box.land()
    box.put("wrong.csv", SPEND_HEADING + "\n")
    report = box.land()
    assert [(one.day, one.rows) for one in report.removed] == [(date(2026, 3, 2), 0)]
    assert (box.total(), box.checks("failed")) == ("10.0000", [])


def test_an_unusable_new_version_replaces_nothing(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    box.put("a.csv", "platform,account_id\ngoogle,a1\n")
    box.land()
    assert (box.total(), box.checks("failed")) == ("10.0000", ["columns_present"])
    box.put("a.csv", spend_file())
    box.land()
    assert (box.total(), box.checks("failed")) == ("10.0000", [])


def test_later_deliveries_bear_higher_numbers_in_natural_order_of_names(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    for number in (10, 9, 1):
        box.put(f"part-{number}.csv", spend_file(spend_row(f"c{number}")))
    box.land()
    box.put("part-1.csv", spend_file(spend_row("c1", spend="2.00")))
    box.land()
    assert box.rows("source_file, delivery_no", order="delivery_no") == [
        ("drop/part-9.csv", 2),
        ("drop/part-10.csv", 3),
        ("drop/part-1.csv", 4),
    ]


def test_all_at_once_and_one_by_one_give_the_same_bytes(tmp_path: Path) -> None:
    days = [f"2026-03-{day:02d}" for day in range(1, 8)]
    once, step = drop_box(tmp_path / "once"), drop_box(tmp_path / "step")
    for day in days:
        content = spend_file(spend_row(day=day), spend_row("c2", day="2026-03-01", spend=day[-1]))
        once.put(f"{day}.csv", content)
        step.put(f"{day}.csv", content)
        step.land()
    once.land()
    assert fingerprints(step) == fingerprints(once)


def test_parsing_everything_again_gives_the_same_bytes(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(), spend_row("c2", spend="bad")))
    box.put("b.csv", spend_file(spend_row("c3")))
    box.land()
    box.remove("a.csv")  # its kept copy is parsed
    before = fingerprints(box)
    report = box.land(full=True)
    assert (report.files_read, report.changed, fingerprints(box)) == (2, [], before)


def test_a_changed_mapping_parses_what_is_landed_again(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(spend='"1,000"')))
    box.land()
    assert (box.total(), len(box.quarantined())) == ("0", 1)
    drop_box(tmp_path, 'thousands = ","')
    box.land()
    assert (box.total(), box.quarantined()) == ("1000.0000", [])


def test_a_new_mapping_that_does_not_fit_leaves_the_rows_and_says_so(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    drop_box(tmp_path, 'columns = { spend = "Cost" }')
    box.land()
    assert (box.total(), box.checks("failed")) == ("10.0000", ["columns_present"])


def test_every_row_is_landed_quarantined_filtered_or_a_total(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'total_rows = "Total*"\nonly_rows = { campaign_name = ["Brand", "Total"] }')
    box.put(
        "a.csv",
        spend_file(
            spend_row(spend="1.00"),
            spend_row("c2", spend="x"),
            spend_row("c3", spend="2.00", name="Other"),
            "Total,,,,3.00,,",
        ),
    )
    report = box.land()
    counts = report.rows_landed, report.rows_quarantined, report.rows_filtered, report.rows_total
    assert (report.rows_read, counts) == (4, (1, 1, 1, 1))


def test_a_new_version_with_a_tenth_of_the_rows_is_refused(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(*(spend_row(f"c{number}") for number in range(20))))
    box.land()
    box.put("a.csv", spend_file(spend_row("c1"), spend_row("c2")))
    message = box.land().problems[0].message
    assert (box.total(), box.checks("failed")) == ("200.0000", ["row_count"])
    assert "holds 2 rows where the version of it that is landed held 20" in message
    prefix = message.split('accept = ["')[1][:12]
    drop_box(tmp_path, f'accept = "{prefix}"')
    box.land()
    assert (box.total(), box.checks("failed")) == ("20.0000", [])


def test_a_days_file_with_a_tenth_of_the_usual_rows_is_refused(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    for day in range(1, 9):
        rows = [spend_row(f"c{number}", day=f"2026-03-{day:02d}") for number in range(20 if day < 8 else 2)]
        box.put(f"2026-03-{day:02d}.csv", spend_file(*rows))
    report = box.land()
    assert (box.total(), report.files_refused, box.checks("failed")) == ("1400.0000", 1, ["row_count"])


def test_a_small_file_after_large_files_of_many_days_is_no_loss(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    for month in range(1, 9):
        days = 20 if month < 8 else 1
        rows = [spend_row(f"c{number}", day=f"2026-{month:02d}-{number:02d}") for number in range(1, days + 1)]
        box.put(f"2026-{month:02d}.csv", spend_file(*rows))
    box.land()
    assert box.checks("failed") == []


def test_a_kept_copy_that_is_gone_is_told_and_the_rows_stay(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.land()
    shutil.rmtree(box.landing / "raw")
    message = box.land(full=True).problems[0].message
    assert (box.total(), box.checks("failed")) == ("10.0000", ["file_readable"])
    assert "is gone from the landing zone" in message


def test_a_file_that_cannot_be_opened_is_told_and_the_others_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.put("b.csv", spend_file(spend_row("c2")))
    original = files.sha256_of

    def denied(path: Path) -> str:
        if path.name == "a.csv":
            raise PermissionError("denied")
        return original(path)

    with monkeypatch.context() as patch:
        patch.setattr(files, "sha256_of", denied)
        assert [one.message for one in box.land().problems] == ["drop/a.csv cannot be read: denied"]
    assert (box.rows("campaign_id"), box.checks("failed")) == ([("c2",)], ["file_readable"])
    box.land()
    assert (box.total(), box.checks("failed")) == ("20.0000", [])


def test_other_programs_unfinished_files_are_left_alone(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    for name in (".hidden.csv", "~$a.csv", "b.csv.part", "c.csv.crdownload", "d.tmp"):
        box.put(name, spend_file(spend_row("c2")))
    assert (box.land().files_read, box.total()) == (1, "10.0000")


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file())
    box.put("b.csv", spend_file(spend_row("c2")))
    company = read_company(box.folder)
    told: list[tuple[str, int, int]] = []
    land(company.sources["src"], company, box.landing, as_of=AS_OF, progress=lambda *step: told.append(step))
    assert told == [("src", 0, 2), ("src", 1, 2), ("src", 2, 2)]


def test_a_grown_file_changes_only_the_days_that_grew(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.csv", spend_file(spend_row(day="2026-03-01"), spend_row(day="2026-03-02")))
    box.land()
    days = [spend_row(day="2026-03-03", spend="3.00"), spend_row(day="2026-03-01"), spend_row(day="2026-03-02")]
    box.put("a.csv", spend_file(*days))
    report = box.land()
    assert [partition.day for partition in report.changed] == [date(2026, 3, 3)]
    # The rows that stayed are the new delivery's all the same: a later rewrite keeps them.
    assert box.rows("distinct delivery_no", order="1") == [(2,)]
    box.put("b.csv", spend_file(spend_row("c2", day="2026-03-01", spend="7.00")))
    report = box.land()
    assert ([partition.day for partition in report.changed], box.total()) == ([date(2026, 3, 1)], "30.0000")

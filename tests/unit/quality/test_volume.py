"""Too few rows: the counts are told by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from outlay.quality.volume import PartitionKey, volume_findings

LAST = date(2026, 3, 31)


def days(count: int, rows: int, *, source: str = "ads", account: str = "1", step: int = 1) -> dict[PartitionKey, int]:
    """`count` days before LAST, `step` days apart."""
    return {(source, account, LAST - timedelta(days=step * back)): rows for back in range(1, count + 1)}


def test_a_daily_sources_day_that_lost_nine_tenths_fails() -> None:
    (finding,) = volume_findings({("ads", "1", LAST): 4}, days(28, 40))
    assert (finding.check, finding.verdict, finding.day) == ("volume_of_day", "failed", LAST)
    assert finding.expected == "more than 4 rows, 10 % of the trailing median 40"
    assert volume_findings({("ads", "1", LAST): 5}, days(28, 40)) == []


def test_all_accounts_of_a_day_are_counted_together() -> None:
    before = days(28, 40) | days(28, 40, account="2")
    assert volume_findings({("ads", "1", LAST): 40, ("ads", "2", LAST): 1}, before) == []
    found = volume_findings({("ads", "1", LAST): 4, ("ads", "2", LAST): 4}, before)
    assert [f.verdict for f in found] == ["failed"]
    assert found[0].concerns(("ads", "2", LAST))
    assert not found[0].concerns(("ads", "2", LAST - timedelta(days=1)))


def test_a_quiet_day_of_a_source_that_does_not_deliver_daily_says_nothing() -> None:
    assert volume_findings({("gl", "all", LAST): 1}, days(9, 200, source="gl", account="all", step=3)) == []


def test_a_quiet_day_only_warns_where_days_are_that_quiet_at_times() -> None:
    before = days(28, 200) | {("ads", "1", LAST - timedelta(days=7)): 3}
    assert [f.verdict for f in volume_findings({("ads", "1", LAST): 2}, before)] == ["warned"]


def test_few_rows_or_few_days_say_nothing() -> None:
    assert volume_findings({("ads", "1", LAST): 1}, days(28, 9)) == []
    assert volume_findings({("ads", "1", LAST): 1}, days(6, 400)) == []


def test_a_first_delivery_is_judged_by_its_own_days() -> None:
    assert [f.day for f in volume_findings({**days(20, 50), ("ads", "1", LAST): 5}, {})] == [LAST]


def test_an_emptied_day_warns_and_an_emptied_snapshot_fails() -> None:
    day, snapshot = ("ads", "1", LAST), ("vendors", "all", None)
    assert [(f.check, f.verdict) for f in volume_findings({day: 0}, {day: 30})] == [("newly_empty", "warned")]
    assert [(f.check, f.verdict) for f in volume_findings({snapshot: 0}, {snapshot: 30})] == [
        ("volume_of_partition", "failed")
    ]


def test_a_file_cut_to_a_tenth_fails_though_each_of_its_days_is_small() -> None:
    live = dict.fromkeys(days(20, 0), 0) | {("ads", "1", LAST - timedelta(days=1)): 8}
    found = {f.check: f for f in volume_findings(live, days(20, 8))}
    assert found["volume_of_source"].verdict == "failed"
    assert found["volume_of_source"].expected == "more than 16, 10 % of the 160 before"


def test_a_partition_against_its_own_past() -> None:
    assert [f.check for f in volume_findings({("ads", "1", LAST): 3}, {("ads", "1", LAST): 30})] == [
        "volume_of_partition"
    ]
    assert volume_findings({("ads", "1", LAST): 4}, {("ads", "1", LAST): 30}) == []


def test_a_day_that_the_export_reaches_only_in_part_is_expected_to_hold_that_part() -> None:
    two_hours = {("web", "all", LAST): Fraction(2, 24)}
    before = days(28, 1200, source="web", account="all")
    assert volume_findings({("web", "all", LAST): 90}, before, two_hours) == []
    assert [f.verdict for f in volume_findings({("web", "all", LAST): 10}, before, two_hours)] == ["failed"]

"""The history of verdicts, and what may be concluded from it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from outlay.quality import (
    Requirement,
    Verdict,
    VerdictStore,
    VerdictStoreError,
    count_verdicts,
    verdict_store,
    write_parquet,
)
from outlay.quality.verdict_store import condense, split_subject
from tests.unit.quality.needs import blocked


def given(verdict: str = "passed", check: str = "suite", fingerprint: str = "f1", **more: object) -> Verdict:
    fields = {"suite": "landed", "subject": "ads/1/2026-01-01", "observed": "", "expected": "", "suite_version": "v1"}
    return Verdict(check_name=check, verdict=verdict, fingerprint=fingerprint, **{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> VerdictStore:
    return VerdictStore(tmp_path / "verdicts")


def test_a_run_failed_at_what_its_suites_said_last(store: VerdictStore) -> None:
    assert store.last_failures() is None
    store.record("run-1", [given("failed", check="rows"), given(suite="dbt")])
    run, failed = store.last_failures() or ("", [])
    assert (run, [verdict.check_name for verdict in failed]) == ("run_1", ["rows"])
    store.record("run-1", [given(check="rows", fingerprint="f2")])  # mended and run again
    assert store.last_failures() is None
    store.record("run-2", [given("error", suite="marts")])
    store.record("run-3", [given()])
    assert store.last_failures() is None


def test_no_verdict_blocks(store: VerdictStore) -> None:
    (missing,) = blocked(store, ["f1"])
    assert "no verdict" in missing.describe()


def test_a_passed_or_warned_verdict_for_exactly_this_data_frees_it(store: VerdictStore) -> None:
    store.record("run-1", [given(), given("warned", fingerprint="f2")])
    assert blocked(store, ["f1", "f2"]) == []
    assert [b.fingerprint for b in blocked(store, ["f1", "f3"])] == ["f3"]


def test_a_verdict_of_another_suite_version_blocks(store: VerdictStore) -> None:
    store.record("run-1", [given()])
    (missing,) = blocked(store, ["f1"], "v2")
    assert "another version of the suite" in missing.describe()


def test_checks_without_the_closing_verdict_block(store: VerdictStore) -> None:
    store.record("run-1", [given(check="not_null:spend")])
    assert len(blocked(store, ["f1"])) == 1


def test_a_failed_check_blocks_even_beside_a_passed_suite(store: VerdictStore) -> None:
    store.record("run-1", [given()])
    store.record("run-1", [given("failed", check="row_count")])
    assert [b.check_name for b in store.blocking([Requirement("landed", "v1", "f1", "data")])] == ["row_count"]


def test_the_later_verdict_on_the_same_check_counts_and_the_earlier_stays(store: VerdictStore) -> None:
    store.record("run-1", [given("failed")])
    store.record("run-2", [given("passed")])
    assert blocked(store, ["f1"]) == []
    assert [verdicts[0].verdict for _, verdicts in store.recordings()] == ["failed", "passed"]


def test_another_process_reads_what_was_recorded(store: VerdictStore) -> None:
    odd = given("failed", failing_rows=({"campaign": "line\u2028break\n", "rows": np.int64(3)},), live_rows=7)
    store.record("run/1 of 2", [odd])
    assert VerdictStore(store.folder).latest() == [odd]
    assert VerdictStore(store.folder).latest()[0].failing_rows == ({"campaign": "line\u2028break\n", "rows": 3},)


def test_an_unfinished_recording_is_no_recording_and_a_damaged_one_blocks_everything(store: VerdictStore) -> None:
    path = store.record("run-1", [given()])
    assert path is not None
    path.with_name("00000002-run.jsonl.partial").write_text('{"suite": "land')
    assert len(VerdictStore(store.folder).latest()) == 1
    path.write_text(path.read_text()[:-10])
    with pytest.raises(VerdictStoreError, match=path.name):
        VerdictStore(store.folder).latest()


def test_the_last_run_is_read_whole(store: VerdictStore) -> None:
    assert store.last_run() is None
    store.record("run-1", [given()])
    store.record("run-2", [given("failed", fingerprint="f2")])
    store.record("run-2", [given("error", fingerprint="f3", suite="marts")])
    last = store.last_run()
    assert last is not None
    assert last[0] == "run_2"
    assert count_verdicts(last[1]) == {"passed": 0, "failed": 2, "warned": 0}


def test_a_run_that_was_mended_no_longer_tells_what_it_failed_at(store: VerdictStore) -> None:
    other = {"subject": "ads/2/2026-01-01"}
    store.record("run-1", [given("failed", fingerprint="bad"), given("warned", fingerprint="f2", **other)])
    store.record("run-1", [given("error", fingerprint="m1", suite="marts", subject="candidate")])
    store.record("run-1", [given(fingerprint="good")])
    last = store.last_run()
    assert last is not None
    told = {(verdict.suite, verdict.fingerprint): verdict.verdict for verdict in last[1]}
    assert told == {("landed", "good"): "passed", ("landed", "f2"): "warned", ("marts", "m1"): "error"}


def test_remembered_rows_are_those_last_let_through(store: VerdictStore) -> None:
    store.record("run-1", [given(live_rows=40)])
    store.record("run-2", [given("failed", fingerprint="f2", live_rows=1)])
    assert store.remembered_rows("landed") == {("ads", "1", date(2026, 1, 1)): 40}


def test_deciding_does_not_cost_the_whole_history(store: VerdictStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict_store, "CONDENSE_EVERY", 4)
    store.record("day-0", [given(fingerprint="old", live_rows=40)])
    for number in range(1, 10):
        later = given("failed" if number == 3 else "passed", fingerprint=f"f{number}", subject="ads/2/2026-01-01")
        store.record(f"day-{number}", [later])
    assert len(store.recordings()) == 10
    assert [verdict.fingerprint for verdict in store.latest()] == ["old", "f7", "f8", "f9"]
    assert blocked(store, ["old", "f9"]) == []
    assert blocked(store, ["f2"]) != [], "it was replaced; should it come back, it is judged again"
    assert store.remembered_rows("landed") == {("ads", "1", date(2026, 1, 1)): 40}

    for path in store.folder.glob("*.condensed"):
        path.write_text("{")
    assert len(store.latest()) == 10, "what was condensed can always be read again from the history"


def test_condensing_keeps_the_last_verdict_and_the_last_accepted_one() -> None:
    history = [given(fingerprint="f1"), given(fingerprint="f2", live_rows=9), given("failed", fingerprint="f3")]
    assert [verdict.fingerprint for verdict in condense(history)] == ["f2", "f3"]


def test_subjects_come_apart_again() -> None:
    assert split_subject("ads/act/1/2026-01-01") == ("ads", "act/1", date(2026, 1, 1))
    assert split_subject("vendors/all") == ("vendors", "all", None)


def test_failing_rows_are_bounded_and_verdict_words_checked() -> None:
    assert len(given(failing_rows=tuple({"n": n} for n in range(100))).failing_rows) == 20
    with pytest.raises(ValueError, match="'good'"):
        given("good")


def test_the_history_goes_to_parquet_for_sql(store: VerdictStore, tmp_path: Path) -> None:
    store.record("run-1", [given("failed", failing_rows=({"entry_id": "e1"},))])
    path = tmp_path / "quality_verdicts.parquet"
    write_parquet(store.latest(), path)
    rows = duckdb.sql(f"select verdict, subject, failing_rows from '{path}'").fetchall()
    assert [(verdict, subject, json.loads(keys)) for verdict, subject, keys in rows] == [
        ("failed", "ads/1/2026-01-01", [{"entry_id": "e1"}])
    ]

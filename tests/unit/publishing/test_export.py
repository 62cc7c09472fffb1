"""The candidate: the same content gives the same bytes, and any DuckDB 1.x opens it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from outlay.publishing import ExportError, ManifestError, export_candidate, newest_candidate, read_candidate
from outlay.publishing.candidate import HISTORY_TABLES
from tests.unit.publishing.marts import AS_OF, KEYS, export, publish_now, warehouse


def test_a_candidate_is_a_database_and_parquet_that_say_the_same(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    assert candidate.folder.name == f"2026-03-02-000001-{candidate.fingerprint[:12]}.partial"
    assert set(candidate.tables) == {*KEYS, "restatements"}
    assert candidate.tables["spend_daily"].rows == 3
    assert candidate.last_day == date(2026, 3, 2)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{candidate.database}' as published (read_only)")
        for name in candidate.tables:
            file = candidate.parquet / f"{name}.parquet"
            differing = f"(from published.marts.{name} except from '{file}')"
            assert connection.execute(f"select count(*) from {differing}").fetchone() == (0,), name
        storage = "select tags['storage_version'] from duckdb_databases() where database_name = 'published'"
        assert "v1.0.0" in str(connection.execute(storage).fetchone())
        comments = "select comment from duckdb_tables() where table_name = 'spend_daily'"
        assert connection.execute(comments).fetchone() == ("One row a day: the company's spend.",)
    assert [path.name for path in candidate.folder.iterdir() if path.name.endswith((".wal", "spill"))] == []


def test_the_manifest_brings_the_candidate_back(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    assert read_candidate(candidate.folder) == candidate


def test_equal_content_gives_equal_bytes_whatever_the_order_and_the_threads(tmp_path: Path) -> None:
    first = export(tmp_path / "a")
    shuffled = warehouse(
        tmp_path,
        "create table marts.x as from marts.touch_credits order by model desc, revenue_amount",
        "drop table marts.touch_credits",
        "alter table marts.x rename to touch_credits",
    )
    with duckdb.connect(str(shuffled), config={"threads": 1}) as connection:
        second = export_candidate(connection, tmp_path / "b", KEYS, as_of=AS_OF, inputs_fingerprint="other")
    assert second.fingerprint == first.fingerprint
    assert {n: e.file for n, e in first.tables.items()} == {n: e.file for n, e in second.tables.items()}


def test_one_changed_cent_is_another_fingerprint_and_history_is_none(tmp_path: Path) -> None:
    plain = export(tmp_path / "a")
    cent = export(tmp_path / "b", "update marts.spend_daily set amount = 10.01 where amount = 10.00")
    history = "create table marts.quality_verdicts as select 'landed' as suite, 'suite' as check_name"
    path = warehouse(tmp_path, history)
    keys = {**KEYS, "quality_verdicts": ("suite", "check_name")}
    told = export_candidate(path, tmp_path / "c", keys, as_of=AS_OF, inputs_fingerprint="i")
    assert cent.fingerprint != plain.fingerprint
    assert told.fingerprint == plain.fingerprint
    assert "quality_verdicts" in HISTORY_TABLES


def test_an_open_connection_keeps_its_settings_and_sees_nothing_of_the_candidate(tmp_path: Path) -> None:
    with duckdb.connect(str(warehouse(tmp_path))) as connection:
        before = connection.execute("select current_setting('memory_limit')").fetchone()
        export_candidate(connection, tmp_path / "p", KEYS, as_of=AS_OF, inputs_fingerprint="i")
        assert connection.execute("select current_setting('memory_limit')").fetchone() == before
        names = {row[0] for row in connection.execute("select database_name from duckdb_databases()").fetchall()}
        assert names == {"warehouse", "system", "temp"}


def test_what_an_interrupted_export_left_is_removed_by_the_next(tmp_path: Path) -> None:
    export(tmp_path)
    (tmp_path / "published" / "versions" / "2026-03-01-000009.partial").mkdir()
    second = export(tmp_path)
    assert [path.name for path in (tmp_path / "published" / "versions").iterdir()] == [second.folder.name]


@pytest.mark.parametrize(("table", "key"), [("nowhere", "id"), ("spend_daily", "idd")])
def test_a_table_or_key_that_is_not_there_is_named(tmp_path: Path, table: str, key: str) -> None:
    with pytest.raises(ExportError, match=f"marts.{table} with key {key}"):
        export(tmp_path, keys={table: (key,)})


def test_the_candidate_that_waits_is_found_until_it_is_published(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no candidate waits"):
        newest_candidate(tmp_path / "published")
    candidate = export(tmp_path)
    assert newest_candidate(tmp_path / "published") == candidate
    publish_now(tmp_path)
    with pytest.raises(ManifestError):
        newest_candidate(tmp_path / "published")


def test_a_table_without_a_key_is_sorted_by_all_its_columns(tmp_path: Path) -> None:
    again = "insert into marts.quarantined_rows select 'ads', 'ads.csv', 6, 'no date'"
    first = export(tmp_path / "a", again, keys={"quarantined_rows": ()})
    turned = "create or replace table marts.quarantined_rows as from marts.quarantined_rows order by row_number"
    second = export(tmp_path / "b", again, turned, keys={"quarantined_rows": ()})
    assert first.fingerprint == second.fingerprint

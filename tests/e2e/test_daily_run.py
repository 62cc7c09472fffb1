"""The daily run from exports to published marts, started as a user starts it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from tests.e2e.conftest import DAYS, Place, day
from tests.support.runs import outlay, status

HISTORY_TABLES = {"restatements", "quality_verdicts"}


def hashes(parquet: Path) -> dict[str, str]:
    """SHA-256 of every published table whose bytes must not depend on how it came about."""
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(parquet.glob("*.parquet"))
        if path.stem not in HISTORY_TABLES
    }


def test_a_run_publishes_and_prints_the_verdicts(ran_at_once: Place) -> None:
    assert ran_at_once.outcome is not None
    assert ran_at_once.outcome.exit_code == 0, ran_at_once.outcome.output
    assert "published" in ran_at_once.outcome.output
    told = status(ran_at_once.data)
    assert told["verdicts"]["failed"] == 0
    assert told["verdicts"]["passed"] > 0
    assert told["last_day"] == day(DAYS).isoformat()
    assert Path(told["published"]["database"]).is_absolute()
    assert told["published"]["version"] in told["published"]["database"]
    assert told["published"]["published_at"]
    assert isinstance(told["quarantined"], int)


def test_the_published_database_and_parquet_hold_the_same_rows(ran_at_once: Place) -> None:
    published = status(ran_at_once.data)["published"]
    with duckdb.connect(published["database"], read_only=True) as database:
        tables = database.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        assert {"spend_daily", "budget_variances", "touch_credits", "campaign_roi"} <= {name for (name,) in tables}
        for (name,) in tables:
            in_file = duckdb.sql(f"select count(*) from '{published['parquet']}/{name}.parquet'").fetchone()
            assert database.execute(f"select count(*) from marts.{name}").fetchone() == in_file


def test_running_again_changes_no_byte(ran_at_once: Place, tmp_path: Path) -> None:
    place = ran_at_once.copied_to(tmp_path)
    before = hashes(place.parquet())
    again = place.run(day(DAYS))
    assert again.exit_code == 0, again.output
    assert hashes(place.parquet()) == before
    rebuilt = place.run(day(DAYS), "--full-refresh")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert hashes(place.parquet()) == before


def test_day_by_day_equals_at_once(ran_at_once: Place, ran_day_by_day: Place) -> None:
    assert hashes(ran_day_by_day.parquet()) == hashes(ran_at_once.parquet())


def test_the_source_totals_are_the_mart_totals_to_the_cent(ran_at_once: Place, exports: Path) -> None:
    truth = json.loads((exports / "truth" / "totals.json").read_text(encoding="utf-8"))
    parquet = ran_at_once.parquet()
    for model in ("first_touch", "linear", "time_decay"):
        credited = duckdb.execute(
            f"select sum(revenue_amount) from '{parquet}/touch_credits.parquet' where model = ?", [model]
        ).fetchone()
        assert str(credited[0]) == truth["conversions_revenue"]


def test_a_run_shows_in_the_dagster_instance(ran_at_once: Place) -> None:
    runs = list((ran_at_once.data / "dagster").rglob("runs.db"))
    assert len(runs) == 1
    with duckdb.connect() as connection:
        connection.execute(f"attach '{runs[0]}' as runs (type sqlite)") if False else None
    assert runs[0].stat().st_size > 0


def test_mistaken_calls_exit_2(ran_at_once: Place, tmp_path: Path) -> None:
    assert outlay("run", "--date", "31.03.2026").exit_code == 2
    assert outlay("run", "--from", "2026-03-02", "--to", "2026-03-01").exit_code == 2
    assert outlay("run", company=tmp_path).exit_code == 2
    assert "company.toml" in outlay("run", company=tmp_path).output

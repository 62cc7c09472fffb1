"""The daily run from exports to published marts, started as a user starts it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import duckdb
import pytest

from outlay.sample import write_sample
from tests.e2e.conftest import DAYS, START, Place, day
from tests.support.deliveries import deliver
from tests.support.runs import outlay, run_days, status

HISTORY_TABLES = {"restatements", "quality_verdicts", "spend_forecasts", "forecast_accuracy"}
CENT = Decimal("0.01")


def hashes(parquet: Path) -> dict[str, str]:
    """SHA-256 of every published table whose bytes must not depend on how it came about."""
    return {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(parquet.glob("*.parquet"))
        if path.stem not in HISTORY_TABLES
    }


def query(place: Place, sql: str) -> list[tuple]:
    """SQL over the published tables, `{t}` standing for the folder of their files."""
    return duckdb.sql(sql.format(t=place.parquet())).fetchall()


def rows_of(folder: Path) -> list[dict[str, str]]:
    """Every row of a folder of CSV exports, in the order of delivery."""
    rows: list[dict[str, str]] = []
    for path in sorted(folder.iterdir()):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows += csv.DictReader(text.decode("utf-8-sig").splitlines())
    return rows


def euro_rates(company: Path) -> dict[tuple[str, date], Decimal]:
    """Units of a currency per euro and day, from the central bank's files, weekends at the last known rate."""
    published: dict[tuple[str, date], Decimal] = {}
    for path in sorted((company / "exports" / "ecb").glob("eurofxref_*.csv")):
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
            for currency in ("USD", "GBP"):
                if row[currency] not in ("", "N/A"):
                    published[currency, date.fromisoformat(row["Date"])] = Decimal(row[currency])
    carried = dict(published)
    for currency in ("USD", "GBP"):
        for number in range(1, DAYS + 1):
            on = day(number)
            if (currency, on) not in carried:
                carried[currency, on] = (
                    carried.get((currency, on - timedelta(days=1)))
                    or published[currency, max(known for code, known in published if code == currency and known < on)]
                )
    return carried


def test_a_later_day_is_asked_every_test_of_the_first(ran_at_once: Place, ran_day_by_day: Place) -> None:
    """A day's run leaves out what needs no building: that must not leave out what is asked of it."""
    asked = [
        {test["name"] for test in json.loads((place.data / "warehouse" / "tests.json").read_text("utf-8"))["tests"]}
        for place in (ran_at_once, ran_day_by_day)
    ]
    assert asked[0] == asked[1]
    assert "assert_every_amount_has_a_rate" in asked[1]


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
    assert "Where from" in Path(told["published"]["page"]).read_text(encoding="utf-8")
    assert isinstance(told["quarantined"], int)


def test_a_run_tells_what_it_did_with_the_figures_of_the_marts(ran_at_once: Place) -> None:
    assert ran_at_once.outcome is not None
    told = ran_at_once.outcome.output
    ((rows,),) = duckdb.sql(f"select count(*) from '{ran_at_once.data}/landing/typed/**/*.parquet'").fetchall()
    assert f"{rows:,} rows of " in told
    credited = query(ran_at_once, "select sum(revenue_amount) from '{t}/touch_credits.parquet' where model = 'linear'")
    assert f"11 attribution models each credit {credited[0][0]:,.2f} EUR of revenue, to the cent." in told
    spent = query(
        ran_at_once,
        "select sum(actual_amount) from '{t}/budget_variances.parquet' where period_id = '2026-01' and is_in_force",
    )
    assert f"2026-01: {spent[0][0]:,.2f} EUR spent, " in told


def test_the_published_database_and_parquet_hold_the_same_rows(ran_at_once: Place) -> None:
    published = status(ran_at_once.data)["published"]
    with duckdb.connect(published["database"], read_only=True) as database:
        tables = database.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        assert {"spend_daily", "budget_variances", "touch_credits", "campaign_roi"} <= {name for (name,) in tables}
        for (name,) in tables:
            in_file = duckdb.sql(f"select count(*) from '{published['parquet']}/{name}.parquet'").fetchone()
            assert database.execute(f"select count(*) from marts.{name}").fetchone() == in_file


@pytest.mark.slow
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


def test_every_model_credits_the_revenue_of_the_exports_to_the_cent(ran_at_once: Place) -> None:
    latest = {row["conversion_id"]: row for row in rows_of(ran_at_once.company / "exports" / "web") if "revenue" in row}
    rates, expected = euro_rates(ran_at_once.company), Decimal(0)
    converted_on = dict(query(ran_at_once, "select distinct conversion_id, date_day from '{t}/touch_credits.parquet'"))
    assert set(latest) == set(converted_on)
    for conversion_id, row in latest.items():
        revenue, currency = Decimal(row["revenue"]), row["currency"]
        if currency != "EUR":
            revenue = revenue / rates[currency, converted_on[conversion_id]]
        expected += revenue.quantize(CENT, ROUND_HALF_EVEN)
    credited = query(ran_at_once, "select model, sum(revenue_amount) from '{t}/touch_credits.parquet' group by model")
    assert len(credited) == 11
    assert {amount for _, amount in credited} == {expected}
    daily = query(
        ran_at_once, "select distinct sum(revenue_amount) from '{t}/attributed_revenue_daily.parquet' group by model"
    )
    assert daily == [(expected,)]


def test_platform_spend_is_what_the_platforms_served_in_the_end(ran_at_once: Place, exports: Path) -> None:
    served: dict[str, Decimal] = defaultdict(Decimal)
    with (exports / "truth" / "platform_spend.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            served[row["platform"]] += Decimal(row["spend"])
    found = query(
        ran_at_once,
        "select platform, sum(amount_doc) from '{t}/spend_daily.parquet' where origin = 'platform' group by platform",
    )
    assert dict(found) == dict(served)


def test_a_run_shows_in_the_dagster_instance(ran_at_once: Place) -> None:
    (runs,) = (ran_at_once.data / "dagster").rglob("runs.db")
    with sqlite3.connect(runs) as connection:
        assert connection.execute("select pipeline_name, status from runs").fetchall() == [("daily", "SUCCESS")]


def test_mistaken_calls_exit_2(tmp_path: Path) -> None:
    assert outlay("run", "--date", "31.03.2026").exit_code == 2
    assert outlay("run", "--from", "2026-03-02", "--to", "2026-03-01").exit_code == 2
    no_company = outlay("run", company=tmp_path)
    assert no_company.exit_code == 2
    assert "company.toml" in no_company.output


@pytest.mark.scale
def test_thirty_days_one_by_one_equal_thirty_at_once(tmp_path: Path) -> None:
    days, exports = 30, tmp_path / "exports"
    write_sample(exports, days=days, scale=0.3, start=START, seed=11)  # large enough to sell something every day
    one_by_one = Place(tmp_path / "a" / "company", tmp_path / "a" / "data")
    at_once = Place(tmp_path / "b" / "company", tmp_path / "b" / "data")
    run_days(one_by_one.company, one_by_one.data, [day(number) for number in range(1, days + 1)], deliveries=exports)
    deliver(exports, at_once.company, until=day(days))
    outcome = at_once.run(day(days))
    assert outcome.exit_code == 0, outcome.output
    assert hashes(one_by_one.parquet()) == hashes(at_once.parquet())

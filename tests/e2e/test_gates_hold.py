"""Bad data never reaches readers, whichever way it tries; what was good stays served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import DAYS, Place, day
from tests.support.runs import ROOT, outlay, status

# Each test runs the whole pipeline two or three times.
pytestmark = pytest.mark.slow


def version(place: Place) -> str:
    return str(status(place.data)["published"]["version"])


def page(place: Place) -> str:
    return Path(status(place.data)["published"]["page"]).read_text(encoding="utf-8")


@pytest.fixture
def place(ran_at_once: Place, tmp_path: Path) -> Place:
    return ran_at_once.copied_to(tmp_path)


def test_a_file_without_a_required_column_blocks_until_it_is_mended(place: Place) -> None:
    served = version(place)
    export = sorted((place.company / "exports" / "web").glob("conversions_*.csv"))[-1]
    good = export.read_text(encoding="utf-8")
    export.write_text(good.replace("revenue", "umsatz", 1), encoding="utf-8")

    refused = place.run(day(DAYS))
    assert refused.exit_code == 1
    assert export.name in refused.output
    assert "revenue" in refused.output
    assert "umsatz" in refused.output
    assert version(place) == served
    assert export.name in page(place)
    assert export.name in place.outlay("status").output

    only_downstream = outlay("publish", company=place.company, data=place.data)
    assert only_downstream.exit_code == 1
    assert version(place) == served
    assert "Older data is shown" in page(place)

    export.write_text(good, encoding="utf-8")
    mended = place.run(day(DAYS))
    assert mended.exit_code == 0, mended.output
    assert "Older data is shown" not in page(place)
    assert "umsatz" not in mended.output
    assert (status(place.data)["failed"], status(place.data)["verdicts"]["failed"]) == ([], 0)


def test_a_source_that_was_taken_out_again_blocks_nothing(place: Place) -> None:
    described = place.company / "company.toml"
    before = described.read_text(encoding="utf-8")
    described.write_text(
        before + '\n[sources.later]\nkind = "files"\nentity = "vendors"\nglob = "exports/later/*.csv"\n',
        encoding="utf-8",
    )
    refused = place.run(day(DAYS))
    assert refused.exit_code == 1
    assert "later" in refused.output
    described.write_text(before, encoding="utf-8")
    taken_out = place.run(day(DAYS))
    assert taken_out.exit_code == 0, taken_out.output


def test_a_later_day_names_the_currency_that_has_no_rate(place: Place) -> None:
    export = sorted((place.company / "exports" / "web").glob("conversions_*.csv"))[-1]
    text = export.read_text(encoding="utf-8")
    assert ",EUR" in text
    export.write_text(text.replace(",EUR", ",AED", 1), encoding="utf-8")
    refused = place.run(day(DAYS))
    assert refused.exit_code == 1
    assert "'currency': 'AED'" in refused.output
    told = place.outlay("status").output
    assert "every_conversion_has_an_exchange_rate" in told


def test_a_warehouse_touched_after_its_tests_is_not_published(place: Place) -> None:
    served = version(place)
    with duckdb.connect(str(place.data / "warehouse" / "warehouse.duckdb")) as warehouse:
        warehouse.execute("update marts.spend_daily set amount = amount + 1")
    touched = outlay("publish", company=place.company, data=place.data)
    assert touched.exit_code == 1
    assert "dbt" in touched.output
    assert version(place) == served


def test_the_version_before_can_be_served_again(place: Place) -> None:
    first = version(place)
    export = sorted((place.company / "exports" / "web").glob("conversions_*.csv"))[-1]
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join(lines[:-1]), encoding="utf-8")
    corrected = place.run(day(DAYS))
    assert corrected.exit_code == 0, corrected.output
    assert version(place) != first

    back = outlay("publish", "--rollback", company=place.company, data=place.data)
    assert back.exit_code == 0, back.output
    assert version(place) == first


def test_a_second_run_is_refused_while_one_goes_on(place: Place) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import filelock, sys, time\n"
            f"with filelock.FileLock({str(place.data / 'run.lock')!r}):\n"
            "    print('held', flush=True)\n"
            "    time.sleep(60)\n",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        refused = place.run(day(DAYS))
        assert refused.exit_code == 1
        assert "another run is writing" in refused.output
    finally:
        holder.kill()
        holder.wait()


def test_a_run_killed_while_it_builds_is_made_good_by_the_next(place: Place, ran_at_once: Place) -> None:
    """The run dies once the warehouse is half built; the next one ends with the same bytes as if nothing had been."""
    from tests.e2e.test_daily_run import hashes

    export = sorted((place.company / "exports" / "web").glob("conversions_*.csv"))[-1]
    good = export.read_bytes()
    lines = good.decode().splitlines(keepends=True)
    export.write_text("".join(lines[:-1]), encoding="utf-8")
    command = [sys.executable, "-m", "orchestration.cli", "run", "--date", day(DAYS).isoformat()]
    command += ["--company", str(place.company), "--data", str(place.data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if ": dbt " in line:
                run.kill()
                break
    assert version(place) == version(ran_at_once)

    export.write_bytes(good)
    after = place.run(day(DAYS))
    assert after.exit_code == 0, after.output
    assert hashes(place.parquet()) == hashes(ran_at_once.parquet())

"""One run, with the seconds each step of the job took and the rows it handled. Started by `stations`."""

from __future__ import annotations

import resource
import sys
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from orchestration.context import data_folder
from orchestration.instance import open_instance
from orchestration.running import run_day_to_publication
from orchestration.second_process import second_process
from outlay.landing import landed_partitions


def main(day: str) -> int:
    """Run `day`, then print a line a station from the run's own event log."""
    console = Console(stderr=True)
    code = run_day_to_publication(console, console, as_of=date.fromisoformat(day), from_day=None, full_refresh=False)
    rows = _rows(data_folder().landing, data_folder().warehouse)
    with open_instance(data_folder()) as instance:
        run = instance.get_run_records(limit=1)[0].dagster_run
        for step in instance.get_run_step_stats(run.run_id):
            seconds = (step.end_time or 0) - (step.start_time or 0)
            handled = rows.get(step.step_key, rows["landed"])
            print(f"stations: {step.step_key:24} {seconds:8.1f} s {handled / max(seconds, 0.001):12,.0f} rows/s")
    first, second = _peaks()
    print(f"stations: at most {first + second:.2f} GB of memory, {first:.2f} and {second:.2f} (goal 4)")
    return code


def _peaks() -> tuple[float, float]:
    """GB of this process and of the second one, which need not fall together."""
    second_process().close()
    first, second = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return first / 1024 / 1024, second / 1024 / 1024


def _rows(landing: Path, warehouse: Path) -> dict[str, int]:
    landed = sum(partition.rows for partition in landed_partitions(landing))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select sum(estimated_size) from duckdb_tables() where schema_name = 'marts'"
        ).fetchone()
    published = int(found[0]) if found and found[0] else 0
    return {"landed": landed, "candidate": published, "published": published}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))

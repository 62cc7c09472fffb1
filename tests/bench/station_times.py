"""One run, with the seconds each step of the job took and the rows it handled. Started by `stations`."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from orchestration.context import data_folder
from orchestration.instance import open_instance
from orchestration.running import run_day_to_publication
from outlay.landing import landed_partitions


def main(day: str) -> int:
    """Run `day`, then print a line a station from the run's own event log."""
    console, memory = Console(stderr=True), _Memory()
    memory.start()
    code = run_day_to_publication(console, console, as_of=date.fromisoformat(day), from_day=None, full_refresh=False)
    rows = _rows(data_folder().landing, data_folder().warehouse)
    with open_instance(data_folder()) as instance:
        run = instance.get_run_records(limit=1)[0].dagster_run
        for step in instance.get_run_step_stats(run.run_id):
            seconds = (step.end_time or 0) - (step.start_time or 0)
            handled = rows.get(step.step_key, rows["landed"])
            print(f"stations: {step.step_key:24} {seconds:8.1f} s {handled / max(seconds, 0.001):12,.0f} rows/s")
    print(f"stations: at most {memory.most:.2f} GB of memory, both processes together (goal 4)")
    return code


class _Memory(threading.Thread):
    """Looks five times a second at what this process and those it started hold; `most`: GB, the greatest sum."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0

    def run(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE") / 1024**3
        while True:
            pids = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
            with suppress(FileNotFoundError, ProcessLookupError):
                held = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
                self.most = max(self.most, sum(held) * page)
            time.sleep(0.2)


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

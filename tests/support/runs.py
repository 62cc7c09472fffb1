"""Runs the pipeline for real, as a user would: the `outlay` command in its own process, or many days in one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.deliveries import deliver

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended, with all it printed; `errors` is what of that went to the error output."""

    exit_code: int
    output: str
    errors: str = ""


def outlay(
    *arguments: str | Path,
    company: Path | None = None,
    data: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """`outlay ...` in a process of its own, with more environment variables."""
    located = []
    if company is not None:
        located += ["--company", str(company)]
    if data is not None:
        located += ["--data", str(data)]
    command = [sys.executable, "-m", "orchestration.cli", *(str(argument) for argument in arguments), *located]
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=900)
    return Outcome(done.returncode, done.stdout + done.stderr, done.stderr)


def status(data: Path) -> dict[str, Any]:
    """`outlay status --json` of a data folder."""
    told = outlay("status", "--json", data=data)
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.output[told.output.index("{") :])
    return found


def run_days(company: Path, data: Path, days: list[date], *, deliveries: Path | None = None) -> list[float]:
    """One run a day, all in one process, as a scheduler that stays up would. Returns the seconds of each run.

    With `deliveries`, a folder as `write_sample` makes it, each day's exports are handed over just before its run.
    """
    environment = {**os.environ, "OUTLAY_COMPANY": str(company), "OUTLAY_DATA": str(data)}
    command = [sys.executable, "-m", "tests.support.runs", str(deliveries or ""), *(day.isoformat() for day in days)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, done.stdout + done.stderr
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def _main(deliveries: str, days: list[str]) -> int:
    from rich.console import Console

    from orchestration.context import settings
    from orchestration.running import run_day_to_publication

    console, taken, before = Console(stderr=True), [], None
    for day in (date.fromisoformat(text) for text in days):
        if deliveries:
            deliver(Path(deliveries), settings().company_folder, until=day, since=before)
        started = time.perf_counter()
        code = run_day_to_publication(console, console, as_of=day, from_day=None, full_refresh=False)
        if code:
            return code
        taken.append(time.perf_counter() - started)
        before = day
    print(json.dumps(taken))  # the caller reads the last line
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1], sys.argv[2:]))

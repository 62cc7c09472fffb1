"""Runs the pipeline for real, as a user would: the `outlay` command in its own process, or many days in one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from tests.support.deliveries import deliver

_ANSWER = "seconds: "
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


class Scheduler:
    """One process that runs day after day of a company, as a scheduler that stays up would.

    With `deliveries`, a folder as `write_sample` makes it, each day's exports are handed over just before its run.
    """

    def __init__(self, company: Path, data: Path, deliveries: Path | None = None) -> None:
        environment = {**os.environ, "OUTLAY_COMPANY": str(company), "OUTLAY_DATA": str(data)}
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.runs", str(deliveries or "")], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.terminate()
        self._said.close()

    def run(self, day: date) -> float:
        """Seconds that the day's run took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{day}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith(_ANSWER):
                return float(line.removeprefix(_ANSWER))
        self._process.wait()
        self._said.seek(0)
        raise AssertionError(f"the run of {day} failed:\n{self._said.read()}")


def run_days(company: Path, data: Path, days: list[date], *, deliveries: Path | None = None) -> list[float]:
    """One run a day, all in one process. Returns the seconds of each run."""
    with Scheduler(company, data, deliveries) as scheduler:
        return [scheduler.run(day) for day in days]


def _main(deliveries: str) -> int:
    """Run each day that is told, and answer with its seconds."""
    from rich.console import Console

    from orchestration.context import settings
    from orchestration.running import run_day_to_publication

    console, before = Console(stderr=True), None
    for day in (date.fromisoformat(line.strip()) for line in sys.stdin):
        if deliveries:
            deliver(Path(deliveries), settings().company_folder, until=day, since=before)
        started = time.perf_counter()
        code = run_day_to_publication(console, console, as_of=day, from_day=None, full_refresh=False)
        if code:
            return code
        print(f"{_ANSWER}{time.perf_counter() - started}", flush=True)
        before = day
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1]))

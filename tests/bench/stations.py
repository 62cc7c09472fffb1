"""Ten million touchpoints and one year of spend: rows a second at each station, and the most memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from outlay.sample import write_sample
from tests.support.runs import ROOT

START, DAYS = date(2025, 1, 1), 365
TOUCHPOINTS = 10_000_000
TOUCHPOINTS_AT_SCALE_1 = 100_000 / 90 * DAYS


def measure(touchpoints: int = TOUCHPOINTS, days: int = DAYS) -> None:
    """Print seconds, rows a second and peak memory of the first run of a large company."""
    last = START + timedelta(days=days - 1)
    with tempfile.TemporaryDirectory() as folder:
        company, data = Path(folder) / "company", Path(folder) / "data"
        started = time.perf_counter()
        summary = write_sample(
            company, days=days, scale=touchpoints / (TOUCHPOINTS_AT_SCALE_1 * days / DAYS), start=START
        )
        print(f"stations: sample written in {time.perf_counter() - started:.0f} s: {summary}")
        environment = {**os.environ, "OUTLAY_COMPANY": str(company), "OUTLAY_DATA": str(data)}
        subprocess.run(
            [sys.executable, "-m", "tests.bench.station_times", last.isoformat()], cwd=ROOT, env=environment, check=True
        )

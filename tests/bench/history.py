"""A day's run must cost a day: the same day after 90 days of history and after twelve times as many."""

from __future__ import annotations

import statistics
import tempfile
from datetime import date, timedelta
from pathlib import Path

from outlay.sample import write_sample
from tests.support.deliveries import deliver
from tests.support.runs import run_days

START = date(2023, 1, 1)
SHORT, LONG = 90, 1080
DAYS_MEASURED = 5


def measure(short: int = SHORT, long: int = LONG, scale: float = 1.0) -> None:
    """Print the median seconds of one day's run after `short` and after `long` days, and their ratio."""
    medians = {}
    for days in (short, long):
        first, rest = _run_seconds(days, scale)
        medians[days] = statistics.median(rest)
        print(
            f"history: {days} days: first run {first:.1f} s; one more day, median of {len(rest)}: "
            f"{medians[days]:.2f} s ({', '.join(f'{seconds:.2f}' for seconds in rest)})"
        )
    print(
        f"history: {long // short} times the history costs {medians[long] / medians[short]:.2f} times a day (goal 1.3)"
    )


def _run_seconds(days: int, scale: float) -> tuple[float, list[float]]:
    """Seconds of the first run over `days`, and of each of the following days; one process for all of them."""
    last = START + timedelta(days=days - 1)
    following = [last + timedelta(days=n) for n in range(1, DAYS_MEASURED + 1)]
    with tempfile.TemporaryDirectory() as folder:
        exports, company, data = (Path(folder) / name for name in ("all", "company", "data"))
        write_sample(exports, days=days + DAYS_MEASURED, scale=scale, start=START)
        deliver(exports, company, until=last)
        seconds = run_days(company, data, [last, *following], deliveries=exports)
    return seconds[0], seconds[1:]

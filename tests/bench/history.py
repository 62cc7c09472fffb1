"""A day's run must cost a day: the same day after 90 days of history and after twelve times as many, in turns."""

from __future__ import annotations

import statistics
import tempfile
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from outlay.sample import write_sample
from tests.support.deliveries import deliver
from tests.support.runs import Scheduler

END = date(2025, 12, 15)  # the last day of both histories, so that the days measured are the same
SHORT, LONG = 90, 1080
DAYS_MEASURED = 7


def measure(short: int = SHORT, long: int = LONG, scale: float = 1.0) -> None:
    """Print the median seconds of one day's run after `short` and after `long` days, and their ratio.

    Two processes that stay up take turns, day by day: a machine whose speed changes changes it for both.
    """
    seconds: dict[int, list[float]] = {short: [], long: []}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        schedulers = {days: stack.enter_context(_begun(Path(folder) / str(days), days, scale)) for days in seconds}
        for days, scheduler in schedulers.items():
            print(f"history: {days} days: first run {scheduler.run(END):.1f} s", flush=True)
        for number in range(1, DAYS_MEASURED + 1):
            for days, scheduler in schedulers.items():
                seconds[days].append(scheduler.run(END + timedelta(days=number)))
    medians = {days: statistics.median(taken) for days, taken in seconds.items()}
    for days, taken in seconds.items():
        each = ", ".join(f"{one:.2f}" for one in taken)
        print(f"history: {days} days: one more day, median of {len(taken)}: {medians[days]:.2f} s ({each})")
    print(
        f"history: {long // short} times the history costs {medians[long] / medians[short]:.2f} times a day (goal 1.3)"
    )


def _begun(folder: Path, days: int, scale: float) -> Scheduler:
    """A company whose exports of so many days, up to END, are delivered."""
    exports, company, data = (folder / name for name in ("all", "company", "data"))
    write_sample(exports, days=days + DAYS_MEASURED, scale=scale, start=END - timedelta(days=days - 1))
    deliver(exports, company, until=END)
    return Scheduler(company, data, exports)

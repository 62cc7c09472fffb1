"""Runs the daily job in this process, one at a time, and tells a person how it went."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import filelock
from dagster._utils.error import SerializableErrorInfo
from rich.console import Console

from orchestration import dbt
from orchestration.context import FROM_COMMAND_TAG, FROM_DAY_TAG, FULL_REFRESH_TAG, company, data_folder, yesterday
from orchestration.instance import open_instance
from orchestration.notices import failure_message, tell_alerts, tell_webhook
from orchestration.progress import listening
from orchestration.room import DiskFullError, room_to_write
from orchestration.screen import print_published, print_verdicts, progress_bar
from outlay.garbage import made_to_last
from outlay.landing import landed_partitions
from outlay.page import PAGE, PageError, write_pages
from outlay.publishing import VersionDamagedError, last_good, rollback
from outlay.quality import VerdictStore
from outlay.quality.verdicts import LANDED
from outlay.status import carried_rates, last_verdicts, read_status, standing_failures
from outlay.story import story

DONE, GATES_FAILED, USAGE = 0, 1, 2
LOCK_WAIT_SECONDS = 1.0


class AnotherRunError(Exception):
    """Another run holds this company's data folder."""


@contextmanager
def only_run() -> Iterator[None]:
    """One writer: a second run of the same company is refused while the first goes on."""
    data = data_folder()
    data.root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(data.lock)
    try:
        lock.acquire(timeout=LOCK_WAIT_SECONDS)
    except filelock.Timeout:
        raise AnotherRunError(
            f"another run is writing {data.root}; wait for it, or look at it in the UI. "
            "Readers are not affected: they keep the published version."
        ) from None
    try:
        yield
    finally:
        lock.release()


def run_day_to_publication(
    console: Console, errors: Console, *, as_of: date | None, from_day: date | None, full_refresh: bool
) -> int:
    """The whole corridor for one day; returns the exit code."""
    from orchestration.partitions import FIRST_DAY, daily  # asks the company for its time zone

    day = as_of or yesterday(company())
    if not daily.has_partition_key(day.isoformat()):
        zone = company().company.time_zone
        errors.print(
            f"{day} cannot be run: days from {FIRST_DAY} to the last complete one in {zone}, "
            f"{daily.get_last_partition_key()}, can",
            style="red", markup=False,
        )  # fmt: skip
        return USAGE
    started = time.monotonic()
    try:
        with only_run(), room_to_write(data_folder().root):
            _ensure_manifest(console)
            tags = {FULL_REFRESH_TAG: str(full_refresh).lower(), FROM_COMMAND_TAG: "true"}
            if from_day:
                tags[FROM_DAY_TAG] = from_day.isoformat()
            failures = _execute(console, "daily", day, tags)
    except (AnotherRunError, DiskFullError, dbt.DbtError) as refused:
        errors.print(str(refused), style="red", markup=False)
        return GATES_FAILED
    return _tell(console, errors, day, failures, time.monotonic() - started)


def publish_again(console: Console, errors: Console) -> int:
    """Export and publish what the warehouse holds; returns the exit code."""
    started = time.monotonic()
    if not data_folder().built.exists():
        errors.print(f"nothing is built in {data_folder().root} yet: `outlay run` first", style="red", markup=False)
        return USAGE
    standing = VerdictStore(data_folder().verdicts).last_failures()
    refused = [verdict for verdict in standing[1] if verdict.suite == LANDED] if standing else []
    if refused:
        for verdict in refused:
            errors.print(verdict.describe(), style="red", markup=False)
        errors.print(
            "What landed since did not pass: `outlay run` once it is mended. `outlay publish --rollback` goes back a "
            "version.", style="red bold", markup=False,
        )  # fmt: skip
        return GATES_FAILED
    try:
        with only_run(), room_to_write(data_folder().root):
            _ensure_manifest(console)
            failures = _execute(console, "publish_again")
    except (AnotherRunError, DiskFullError, dbt.DbtError) as refused:
        errors.print(str(refused), style="red", markup=False)
        return GATES_FAILED
    return _tell(console, errors, "the warehouse", failures, time.monotonic() - started)


def roll_back(console: Console, errors: Console, *, to: str | None) -> int:
    """Serve an earlier version; returns the exit code."""
    try:
        with only_run():
            version = rollback(data_folder().published, to, moved_at=datetime.now(UTC).replace(microsecond=0))
    except (AnotherRunError, VersionDamagedError) as refused:
        errors.print(str(refused), style="red", markup=False)
        return GATES_FAILED
    console.print(f"readers now see {version.version}", markup=False)
    return DONE


def _ensure_manifest(console: Console) -> None:
    if not dbt.manifest_is_current():
        console.print("parsing the dbt project (once, until a model changes)")
        dbt.parse_manifest()


def _execute(console: Console, job: str, day: date | None = None, tags: dict[str, str] | None = None) -> list[str]:
    """Runs the job; returns what failed, in the words of the steps that did."""
    definition, title = _definitions().resolve_job_def(job), str(day) if day else job
    with open_instance(data_folder()) as instance, progress_bar(console, title) as tell, listening(tell):
        result = definition.execute_in_process(
            instance=instance,
            partition_key=day.isoformat() if day else None,
            tags=tags,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    return _failures(result)


@cache
def _definitions() -> dg.Definitions:
    with made_to_last():
        from orchestration.definitions import defs

        return defs


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """What failed, in the words of the steps that did; a step that was passed over is no success either."""
    if result.success:
        skipped = [str(event.step_key) for event in result.filter_events(lambda event: event.is_step_skipped)]
        if not skipped:
            return []
        return [f"steps were passed over, as what they depend on was not made: {', '.join(skipped)}"]
    told = []
    for event in result.filter_events(lambda event: event.is_step_failure):
        data = event.step_failure_data
        cause = data.user_failure_data.description if data.user_failure_data else None
        error = data.error.cause or data.error if data.error else None
        told.append(cause or (_in_words(error) if error else f"step {event.step_key} failed"))
    return told or ["the run failed; its log is in the Dagster UI"]


def _in_words(error: SerializableErrorInfo) -> str:
    """What went wrong; of a gate that stopped the run, without the name of the exception by which it did."""
    said = error.message.strip()
    return said.partition(": ")[2] if error.cls_name == "DagsterAssetCheckFailedError" else said


def _tell(console: Console, errors: Console, what: date | str, failures: list[str], seconds: float) -> int:
    data = data_folder()
    print_verdicts(console, last_verdicts(data))
    status = read_status(data)
    for failure in failures:
        errors.print(failure, style="red", markup=False)
    if failures:
        version = status["published"]["version"]
        _tell_on_page(errors, failures)
        served = f"readers keep version {version}" if version else "nothing is published yet"
        errors.print(f"{what}: not published; {served}.", style="red bold", markup=False)
        unheard = tell_webhook(failure_message(company().company.name, str(what), failures, data))
        if unheard:
            errors.print(unheard, style="yellow", markup=False)
        return GATES_FAILED
    print_published(console, status)
    _tell_story(console, errors, status)
    days, oldest = carried_rates(data)
    if days:
        console.print(
            f"exchange rates: {days} currency-days without a rate of their own took the last known one, "
            f"at most {oldest} days old",
            markup=False,
        )
    console.print(f"{what} published in {seconds:.0f} s")
    return DONE


def _tell_story(console: Console, errors: Console, status: dict[str, Any]) -> None:
    """What was published in a few sentences, and to the webhook what of it needs a person."""
    partitions = landed_partitions(data_folder().landing)
    told = story(
        Path(status["published"]["database"]),
        as_of=date.fromisoformat(status["published"]["as_of"]),
        currency=company().company.currency,
        landed_rows=sum(partition.rows for partition in partitions),
        sources=len({partition.source for partition in partitions}),
    )
    for line in told:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    unheard = tell_alerts(company(), data_folder())
    if unheard:
        errors.print(unheard, style="yellow", markup=False)


def _tell_on_page(errors: Console, failures: list[str]) -> None:
    """Says on the page of the version that stays that it is not the newest, and why."""
    data = data_folder()
    version = last_good(data.published)
    if version is None:
        return
    try:
        write_pages(version, version.folder / PAGE, company(), standing_failures(data, *failures))
    except (PageError, OSError) as refused:
        errors.print(f"the page could not be written: {refused}", style="red", markup=False)

"""What the command line prints: progress while a run goes on, tables when it is done, plain lines elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from outlay.company import Company, CompanyError, SourceSection
from outlay.landing import land
from outlay.quality.verdicts import SUITE_CHECK
from outlay.sources import is_fetched, open_fetched
from outlay.sources.fetched.errors import FetchError

Tell = Callable[[str, int, int], None]


@contextmanager
def progress_bar(console: Console, title: str) -> Iterator[Tell]:
    """A live bar in a terminal; elsewhere one line a station, so that logs stay readable."""
    if not console.is_terminal:
        seen: set[str] = set()

        def plain(what: str, done: int, total: int) -> None:
            station = what.split(" ")[0]
            if station not in seen:
                seen.add(station)
                console.print(f"{title}: {what}", markup=False)

        yield plain
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def live(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"{title}: {what}", completed=done, total=total or None)

        yield live


def print_verdicts(console: Console, verdicts: list[dict[str, Any]]) -> None:
    """Counts per suite, and every verdict that did not pass with its rows."""
    counts: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        row = counts.setdefault(verdict["suite"], {"passed": 0, "warned": 0, "failed": 0, "error": 0})
        row[verdict["verdict"]] = row.get(verdict["verdict"], 0) + 1
    table = Table("gate", "passed", "warned", "failed", box=None, pad_edge=False)
    for suite, row in counts.items():
        table.add_row(suite, str(row["passed"]), str(row["warned"]), str(row["failed"] + row["error"]))
    console.print(table)
    _print_broken(console, verdicts)


def _print_broken(console: Console, verdicts: list[dict[str, Any]]) -> None:
    """Every verdict that did not pass, with its rows."""
    for verdict in verdicts:
        if verdict["verdict"] != "passed" and verdict["check_name"] != SUITE_CHECK:
            colour = "yellow" if verdict["verdict"] == "warned" else "red"
            console.print(
                f"{verdict['verdict']}: {verdict['subject']}: {verdict['check_name']}: {verdict['observed']}"
                + (f", expected {verdict['expected']}" if verdict["expected"] else ""),
                style=colour,
                markup=False,
            )
            for failing in verdict.get("failing_rows", [])[:5]:
                if failing.get("reason") != verdict["observed"]:
                    console.print(
                        "    " + ", ".join(f"{name} {value}" for name, value in failing.items()), markup=False
                    )


def print_status(console: Console, status: dict[str, Any]) -> None:
    published = status["published"]
    if not published["version"]:
        console.print("Nothing is published yet: `outlay run` publishes once every gate has passed.")
    else:
        console.print(f"published   {published['version']} (at {published['published_at']})", markup=False)
        console.print(f"database    {published['database']}", markup=False)
        console.print(f"parquet     {published['parquet']}", markup=False)
        if published["page"]:
            console.print(f"page        {published['page']}", markup=False)
    verdicts = status["verdicts"]
    console.print(
        f"verdicts    {verdicts['passed']} passed, {verdicts['warned']} warned, {verdicts['failed']} failed",
        markup=False,
    )
    for problem in status["problems"]:
        console.print(problem, style="red", markup=False)
    if status["failed"]:
        console.print(f"The last run ({verdicts['run']}) was not published:", style="red bold", markup=False)
        _print_broken(console, status["failed"])
    console.print(f"quarantined {status['quarantined']} rows", markup=False)
    console.print(f"last day    {status['last_day'] or 'none'}", markup=False)


def print_check(console: Console, company: Company) -> int:
    """Land every file into a folder that is thrown away and ask every platform for its accounts; one line a source.

    Returns the number of failures.
    """
    failures = 0
    console.print(f"{company.company.name}: {len(company.sources)} sources, home currency {company.company.currency}")
    with tempfile.TemporaryDirectory() as folder:
        for source in company.sources.values():
            if is_fetched(source.kind):
                failures += _print_probe(console, source, company, Path(folder))
                continue
            landed = land(source, company, Path(folder), as_of=date.max)
            console.print(
                f"  {source.name}: {source.entity}: {landed.files_read} files, {landed.rows_landed:,} rows would land, "
                f"{landed.rows_quarantined:,} would be quarantined",
                markup=False,
            )
            for problem in landed.problems:
                failures += problem.severity == "failed"
                style = "red" if problem.severity == "failed" else "yellow"
                console.print(f"    {problem.severity}: {problem.message}", style=style, markup=False)
    return failures


def _print_probe(console: Console, source: SourceSection, company: Company, folder: Path) -> int:
    """What the platform says of the source's accounts, without fetching a row of theirs."""
    try:
        accounts = open_fetched(source, company, folder).probe()
    except (FetchError, CompanyError) as error:
        console.print(f"  {source.name}: {source.entity}: {source.kind}", markup=False)
        console.print(f"    failed: {error}", style="red", markup=False)
        return 1
    named = ", ".join(" ".join(filter(None, (one.id, one.name, one.currency, one.time_zone))) for one in accounts)
    console.print(f"  {source.name}: {source.entity}: {source.kind} answers: {named}", markup=False)
    return 0


def print_published(console: Console, status: dict[str, Any]) -> None:
    """Where readers find what was published, and how much of it there is."""
    table = Table("table", "rows", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for name, rows in status["published"]["rows"].items():
        table.add_row(name, f"{rows:,}")
    console.print(table)
    print_status(console, status)

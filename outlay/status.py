"""How a company stands, as the command line tells it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from outlay.page import INDEX, PAGE, Standing
from outlay.publishing import status
from outlay.quality import VerdictStore
from outlay.quality.verdicts import ACCEPTED, SUITE_CHECK
from outlay.settings import DataFolder

_NOTHING_PUBLISHED = {"version": None, "database": None, "parquet": None, "published_at": None}


def read_status(data: DataFolder) -> dict[str, Any]:
    """The facts of `outlay.publishing.status`, with `published` an object even before the first publication.

    `failed`: the verdicts that kept the last run from being published, as plain dicts; empty where it was.
    """
    found = status(data.root)
    published = found["published"] or dict(_NOTHING_PUBLISHED)
    report = Path(published["database"]).parent / PAGE / INDEX if published["database"] else None
    published["page"] = str(report) if report and report.is_file() else None
    standing = standing_failures(data)
    return {**found, "published": published, "failed": list(standing.verdicts) if standing else []}


def standing_failures(data: DataFolder, *problems: str) -> Standing | None:
    """What stands against a newer version than the one that is served: what the last run's gates failed at, else the
    tests that stopped its build, else the `problems` that stopped it."""
    store = VerdictStore(data.verdicts)
    failed, last = store.last_failures(), store.last_run()
    tests = [] if failed or problems else _failed_tests(data)
    if failed is None and not tests and not problems:
        return None
    run, verdicts = failed or (last[0] if last and tests else None, [])
    # A suite's own verdict only counts the others.
    shown = [verdict for verdict in verdicts if verdict.check_name != SUITE_CHECK] or verdicts
    return Standing(run, [*(verdict.as_json() for verdict in shown), *tests], problems)


def _failed_tests(data: DataFolder) -> list[dict[str, Any]]:
    """The dbt tests that the last build failed, as verdicts are told; what was not reached says nothing."""
    if not data.dbt_tests.exists():
        return []
    tests = json.loads(data.dbt_tests.read_text(encoding="utf-8"))["tests"]
    return [
        {"suite": "dbt", "check_name": test["name"], "subject": "warehouse", "verdict": test["verdict"],
         "observed": test["observed"], "expected": "no failing row"}
        for test in tests
        if test["verdict"] not in ACCEPTED and test["observed"] != "skipped"
    ]  # fmt: skip


def carried_rates(data: DataFolder) -> tuple[int, int]:
    """How many currency-days with amounts had no exchange rate of their own, and the age in days of the oldest used."""
    with duckdb.connect(str(data.warehouse), read_only=True) as warehouse:
        found = warehouse.execute(
            """
            with used as (
                select currency, date_day from marts.spend_daily
                union select currency, date_day from staging.stg_web__conversions
            )
            select count(*), coalesce(max(date_day - rate_day), 0)
            from used join intermediate.int_fx_rates_daily using (currency, date_day)
            where rate_day < date_day
            """
        ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def last_verdicts(data: DataFolder) -> list[dict[str, Any]]:
    """The verdicts of the last run, as plain dicts."""
    last = VerdictStore(data.verdicts).last_run()
    return [verdict.as_json() for verdict in last[1]] if last else []

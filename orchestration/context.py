"""The company this code location serves, and the day a run stands for."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import dagster as dg

from outlay.company import Company, read_company
from outlay.settings import DataFolder, Settings
from outlay.sources.spend_store import with_recorded_spend

FULL_REFRESH_TAG = "outlay/full_refresh"
FROM_DAY_TAG = "outlay/from_day"
FROM_COMMAND_TAG = "outlay/from_command"


@cache
def settings() -> Settings:
    return Settings()


@cache
def company() -> Company:
    """As company.toml describes it, and what the API recorded beside it."""
    found = read_company(settings().company_folder)
    return with_recorded_spend(found, data_folder(), has_server=settings().spend_store is not None)


def data_folder() -> DataFolder:
    return settings().data_folder


def yesterday(of: Company) -> date:
    """The last complete day in the company's time zone. The only place that asks what day it is."""
    return datetime.now(ZoneInfo(of.company.time_zone)).date() - timedelta(days=1)


def run_day(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
    """The day the run stands for: its partition (the last of a range), else the day of the last build."""
    run_tags = context.run.tags
    key = run_tags.get("dagster/asset_partition_range_end") or run_tags.get("dagster/partition")
    if key:
        return date.fromisoformat(key)
    built = data_folder().built
    if built.exists():
        return date.fromisoformat(json.loads(built.read_text(encoding="utf-8"))["as_of"])
    return yesterday(company())


def wants_full_refresh(context: dg.AssetExecutionContext) -> bool:
    return context.run.tags.get(FULL_REFRESH_TAG) == "true"

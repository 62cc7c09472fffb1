"""The daily job and its schedule, which ships stopped: a newcomer's first run must not collide with it."""

from __future__ import annotations

import dagster as dg

from orchestration.partitions import daily

daily_job = dg.define_asset_job(
    name="daily",
    selection=dg.AssetSelection.all(),
    partitions_def=daily,
    description="One day through the corridor: land, gate, build, test, publish.",
    tags={"dagster/max_retries": "0"},
    executor_def=dg.in_process_executor,
)

publish_job = dg.define_asset_job(
    name="publish_again",
    selection=dg.AssetSelection.groups("published"),
    description="Export what the warehouse holds and publish it, if every gate passed for exactly that.",
    executor_def=dg.in_process_executor,
)

every_morning = dg.build_schedule_from_partitioned_job(
    daily_job,
    name="every_morning",
    hour_of_day=6,
    description="Every morning at six, company time: yesterday.",
    default_status=dg.DefaultScheduleStatus.STOPPED,
)

"""The code location, on one screen: the corridor's assets, its gates, one daily job and its schedule."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.landing import landed_tables
from orchestration.assets.models import warehouse
from orchestration.assets.page import page
from orchestration.assets.publishing import candidate, published
from orchestration.assets.sources import source_assets
from orchestration.gates import landed_gate
from orchestration.schedules import daily_job, every_morning, publish_job
from orchestration.sensors import failure_to_webhook, pacing_to_webhook

defs = dg.Definitions(
    assets=[*source_assets(), landed_tables, warehouse, candidate, published, page],
    asset_checks=[landed_gate],
    jobs=[daily_job, publish_job],
    schedules=[every_morning],
    sensors=[failure_to_webhook, pacing_to_webhook],
    executor=dg.in_process_executor,
)

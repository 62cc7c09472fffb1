"""One partition a day, in the company's own time zone."""

from __future__ import annotations

import dagster as dg

from orchestration.context import company

FIRST_DAY = "2010-01-01"

daily = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone=company().company.time_zone)

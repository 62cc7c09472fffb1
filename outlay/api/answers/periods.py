"""The names of periods, and what every answer begins with."""

from __future__ import annotations

import re
from typing import Any

from outlay.api.problems import bad_request, not_found
from outlay.api.snapshot import Snapshot

PERIOD = r"^(current|[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|P(0[1-9]|1[0-3])))?)$"
_PERIOD = re.compile(PERIOD)


def find_period(snapshot: Snapshot, name: str) -> dict[str, Any]:
    """The row of `fiscal_periods` that a caller means; `current` is the period that holds the version's last day.

    `2026-P03` names a fiscal period under any calendar. Raises Problem: 400 for what is no name of a period, 404 for
    one outside the published calendar.
    """
    if not _PERIOD.fullmatch(name):
        told = "expected a period such as 2026-03, 2026-Q1, 2026, 2026-P03 or current"
        raise bad_request(told, ("period", "not the name of a period"))
    for row in snapshot.rows("fiscal_periods"):
        is_period = row["period_kind"] == "period"
        if name == "current":
            if is_period and row["start_date"] <= snapshot.as_of <= row["end_date"]:
                return row
        elif name == row["period_id"] or (is_period and name == f"{row['fiscal_year']}-P{row['period_no']:02}"):
            return row
    raise not_found(f"{name} is not in the published fiscal calendar")


def served(snapshot: Snapshot) -> dict[str, Any]:
    """The head of every answer from the published tables."""
    return {
        "version": snapshot.name,
        "as_of": snapshot.as_of,
        "knowledge_time": snapshot.published_at,
        "currency": snapshot.currency,
    }

"""Return by channel, week by week."""

from __future__ import annotations

from typing import Any

from outlay.page.geometry import sparkline
from outlay.page.numbers import PERCENT, Figure, channel_name, figure, label, whole_scale
from outlay.page.reading import Reader
from outlay.page.rendering import Edition, Place, render
from outlay.page.scope import Scope


def weeks_page(reader: Reader, scope: Scope, edition: Edition) -> str:
    """One row a channel, one column a week, for ROI and for cost."""
    weeks = reader.ask("channel_weeks", **scope.values)
    names = sorted({row["period_id"] for row in weeks})
    money = whole_scale([row["cost_amount"] for row in weeks])
    channels: dict[str, dict[str, dict[str, Any]]] = {}
    for row in weeks:
        channels.setdefault(row["channel"], {})[row["period_id"]] = row

    def line(channel: str, column: str) -> dict[str, Any]:
        rows = channels[channel]
        cells: list[Figure | None] = [
            None
            if name not in rows
            else figure(weeks, rows[name], column, PERCENT if column == "roi" else money, signed=column == "roi",
                        over_is_bad=False if column == "roi" else None)
            for name in names
        ]  # fmt: skip
        known = [cell.number for cell in cells if cell is not None and cell.is_known]
        return {"name": channel_name(channel), "cells": cells, "points": sparkline(known)}

    tables = [
        ("ROI", "(margin credited - cost) / cost", [line(channel, "roi") for channel in channels]),
        (
            "Cost",
            f"{scope.company.currency} {money.mark}".strip(),
            [line(channel, "cost_amount") for channel in channels],
        ),
    ]
    return render(
        "weeks.html.j2",
        edition,
        Place(),
        {},
        title=f"{scope.company.name}: return by week",
        scope=scope,
        weeks=weeks,
        names=names,
        tables=tables,
        model=label(scope.company.model).lower(),
    )

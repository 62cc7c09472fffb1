"""What is forecast: periods that are not over, and the quarters and years they make up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.panel import Panel


@dataclass(frozen=True)
class Span:
    """A period, quarter or year: its open periods are those `first` to `last` ahead of the current one (0).

    `begin` and `stop` (the day after) are days of the panel, those that are over included.
    """

    period_id: str
    kind: str
    first: int
    last: int
    begin: int
    stop: int


def spans_of(periods: pd.DataFrame, panel: Panel) -> list[Span]:
    """The open spans, periods first; `periods` in order, with quarter_id and year_id where those are wanted."""
    found = []
    for kind in ("period", "quarter", "year"):
        column = f"{kind}_id"
        if column not in periods:
            continue
        for name, rows in periods.groupby(column, sort=False).indices.items():
            first, last = int(np.min(rows)), int(np.max(rows))
            if last >= panel.current:
                ahead = max(first - panel.current, 0)
                begin, stop = int(panel.start[first]), int(panel.stop[last])
                found.append(Span(str(name), kind, ahead, last - panel.current, begin, stop))
    return found

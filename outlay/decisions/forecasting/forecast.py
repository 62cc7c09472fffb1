"""The forecast itself: from frames to a frame of totals that foot, with their intervals and with how good they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.accuracy import accuracy_table
from outlay.decisions.forecasting.arrays import Floats
from outlay.decisions.forecasting.backtest import TODAY, Backtest, back_test
from outlay.decisions.forecasting.intervals import BASES, Bands
from outlay.decisions.forecasting.levels import Level, level_bands, levels_of
from outlay.decisions.forecasting.panel import Panel, panel_of
from outlay.decisions.forecasting.routes import RUN_RATE
from outlay.decisions.forecasting.spans import Span, spans_of
from outlay.decisions.forecasting.stacking import weights

NEVER_ACTIVE = "never active, and nothing is planned"


@dataclass(frozen=True)
class Forecast:
    """`forecasts` and `accuracy`, as `forecast` describes them."""

    forecasts: pd.DataFrame
    accuracy: pd.DataFrame


def forecast(
    spend: pd.DataFrame,
    flights: pd.DataFrame,
    budgets: pd.DataFrame,
    periods: pd.DataFrame,
    events: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    coverage: float = 0.80,
) -> Forecast:
    """What every department's channels will have spent by the end of the period after `as_of` and of those that follow.

    Amounts are in one currency. What is later than `as_of`, or was told later, is not read.

    A series is a department_id, channel and spend_category; each frame but periods and events has these three.
    `spend`: campaign_id (empty where there is none), date_day, amount.
    `flights`: campaign_id, start_date, end_date, planned_amount, announced_on (may be missing: then it stands in the
    plan today, and stood there from its start). Flights come on top of the budget's base.
    `budgets`: period_id, amount (of the whole period), known_from; the latest one known counts.
    `periods`: period_id, start_date, end_date (inclusive), without gaps; quarter_id and year_id where wanted too,
    missing for periods whose quarter or year is not to be summed.
    `events`: date_day, event: days known to be unlike others, before and after `as_of`.

    `forecasts`: a row for each period, quarter and year that is not over, and each series, with ALL for their sums:
    period_id, period_kind (period, quarter, year), level (category, channel, department, total), the series, forecast
    (to the cent; children sum to their parents), low, high (the interval of the total with the stated coverage; missing
    where interval_basis says that there is none), known (spent by `as_of`), days_known, run_rate (what the run rate
    alone says), weight_run_rate, weight_plan, weight_budget (their parts in the forecast of the span's first open
    period), interval_basis, reason (missing, or why the forecast is no estimate).
    `accuracy`: see accuracy_table.

    Raises ValueError for periods with gaps or overlaps, or none that holds the day after `as_of`.
    """
    panel = panel_of(spend, flights, budgets, periods, events, as_of)
    spans = spans_of(periods.sort_values("start_date", ignore_index=True), panel)
    test = back_test(panel, ahead=max(span.last for span in spans))
    weight = weights(test)
    rest = _floored(np.einsum("rsot,rsot->sot", weight, test.rest), panel)
    levels = levels_of(panel.keys)
    made, task_of = level_bands(test, rest, spans, levels, coverage)
    rows = [_rows(_Asked(panel, test, weight, rest, span, task_of[span]), levels, made) for span in spans]
    return Forecast(pd.concat(rows, ignore_index=True), accuracy_table(test, rest, levels[1:], made[1:]))


@dataclass(frozen=True)
class _Asked:
    """One span, and what its rows are made of."""

    panel: Panel
    test: Backtest
    weight: Floats
    rest: Floats
    span: Span
    task: int

    @property
    def tasks(self) -> slice:
        return slice(TODAY + self.span.first, TODAY + self.span.last + 1)

    def known(self) -> Floats:
        """Spend of the span's days up to the last known one, (series,)."""
        begin, stop = np.clip([self.span.begin, self.span.stop], 0, self.panel.last + 1)
        result: Floats = self.panel.spend[:, begin:stop].sum(axis=1)
        return result


def _floored(rest: Floats, panel: Panel) -> Floats:
    """Only a series that has had credits can fall below what it has spent."""
    credited = np.flatnonzero((panel.spend < 0).any(axis=1))
    floored = np.maximum(rest, 0.0)
    floored[credited] = rest[credited]
    return floored


def _rows(asked: _Asked, levels: list[Level], made: list[Bands]) -> pd.DataFrame:
    """The rows of one span: the series, then the sums of their cents; a quarter is the sum of its periods' cents."""
    panel, span = asked.panel, asked.span
    known_cents = np.round(asked.known() * 100)
    ahead, at_run_rate = (
        np.round(rest[:, -1, asked.tasks] * 100).sum(axis=1) for rest in (asked.rest, asked.test.rest[RUN_RATE])
    )
    cents, rate_cents = known_cents + ahead, known_cents + at_run_rate
    floor = np.where((panel.spend < 0).any(axis=1), -np.inf, known_cents)
    idle = ~(panel.spend != 0).any(axis=1) & (ahead == 0)
    frames = []
    for level, band in zip(levels, made, strict=True):
        total, none = level.sums(cents), level.sums((~idle).astype(float)) == 0
        low = np.clip(total + band.low[:, -1, asked.task] * 100, level.sums(floor), total)
        high = np.maximum(total + band.high[:, -1, asked.task] * 100, total)
        basis = np.where(none, NEVER_ACTIVE, BASES[band.basis[-1, asked.task]])
        low, high = (np.where(none, np.nan, np.round(ends) / 100) for ends in (low, high))
        frame = level.keys.assign(
            period_id=span.period_id,
            period_kind=span.kind,
            level=level.name,
            forecast=total / 100,
            low=low,
            high=high,
            known=level.sums(known_cents) / 100,
            days_known=min(max(panel.last + 1 - span.begin, 0), span.stop - span.begin),
            run_rate=level.sums(rate_cents) / 100,
            interval_basis=basis,
            reason=pd.Series(none).map({True: NEVER_ACTIVE}),
        )
        frame[["weight_run_rate", "weight_plan", "weight_budget"]] = _parts(asked, level)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _parts(asked: _Asked, level: Level) -> Floats:
    """How much run rate, plan and budget count in each member, (members, 3); series weigh by what they will spend."""
    weight = asked.weight[:, :, -1, asked.tasks.start]
    size = np.abs(asked.rest[:, -1, asked.tasks.start]) + 1e-9
    sums = [level.sums(part * size) for part in (weight[0], weight[1], weight[2:].sum(axis=0))]
    result: Floats = np.round(np.stack(sums, axis=1) / np.maximum(level.sums(size), 1e-9)[:, None], 6)
    return result

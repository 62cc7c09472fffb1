"""Cumulative spend against budget, the forecast with its band, and the run rate that would land on budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from outlay.page.geometry import Axis, apart, axis_of, line, ticks
from outlay.page.numbers import PERCENT, Figure, Scale, channel_name, figure, reason_text, scale_for, show
from outlay.page.panels.panel import Panel, Sentence, nothing
from outlay.page.panels.variance import TOTAL
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope

_SHOWN_CHANNELS = 7


def pacing_panel(reader: Reader, scope: Scope, variance: Answer, forecast: Answer) -> Panel:
    """The chart and the table of allowed run rates."""
    days = reader.ask("pacing_days", **scope.values)
    channels = reader.ask("pacing_channels", **scope.values)
    answers = [days, channels, forecast]
    if not days:
        return nothing("pacing", "No spend to pace yet", answers, "Pacing begins with the first day of spend.")
    total = variance.get(TOTAL) or {}
    today = days.rows[-1]
    end = figure(variance, total, "forecast_amount", scale_for([today["actual_to_date_amount"]]))
    rates = scale_for([row[name] for row in channels for name in ("run_rate_amount", "required_daily_amount")])
    shown = [row for row in channels if row["channel"] == TOTAL or row["actual_to_date_amount"] or row["budget_amount"]]
    return Panel(
        name="pacing",
        title=_title(scope, variance, total),
        subtitle="Cumulative, at the end of each day. " + _legend(scope, total, forecast),
        answers=answers,
        view={
            "chart": _chart(scope, days, variance, total, forecast, end),
            "interval_reason": _interval_reason(scope, forecast),
            "rates_unit": f"{scope.company.currency} {rates.mark}".strip(),
            "lines": [_line(channels, row, rates) for row in shown[: _SHOWN_CHANNELS + 1]],
            "left_out": max(0, len(shown) - _SHOWN_CHANNELS - 1),
            "has_target": not scope.is_over and bool(total.get("is_budgeted")),
            "is_over": scope.is_over,
        },
    )


def _line(channels: Answer, row: dict[str, Any], rates: Scale) -> dict[str, Any]:
    why = row["required_daily_reason"]
    return {
        "key": channels.key_of(row),
        "name": "All channels" if row["channel"] == TOTAL else channel_name(row["channel"]),
        "pace": figure(channels, row, "pace", PERCENT),
        "rate": figure(channels, row, "run_rate_amount", rates),
        "allowed": figure(channels, row, "required_daily_amount", rates, reason=why),
        "change": figure(
            channels, row, "change_pct", PERCENT, signed=True, over_is_bad=False, reason=why or row["change_reason"]
        ),
        "exhaustion": row["exhaustion_date"],
    }


def _title(scope: Scope, variance: Answer, total: dict[str, Any]) -> Sentence:
    if not total.get("is_budgeted"):
        return ["Spend so far, without a budget to pace against"]
    if scope.is_over:
        return [f"The {scope.kind} is over: what was spent is what it cost"]
    amount = total["forecast_variance_amount"]
    gap = figure(variance, total, "forecast_variance_amount", scale_for([amount]), reason=total["forecast_reason"])
    if not gap.is_known:
        return [f"No forecast for the {scope.kind}: {gap.reason}"]
    if not gap.sign:
        return [f"At this pace the {scope.kind} ends on budget"]
    bare = gap.unsigned()
    unit = f"{scope.company.currency} "
    tail = f"{gap.mark} {'over' if gap.sign > 0 else 'under'} budget"
    return [f"The {scope.kind} is heading {unit}", bare, tail]


def _legend(scope: Scope, total: dict[str, Any], forecast: Answer) -> str:
    parts = ["Solid = actual", *(["dashed = budget"] if total.get("is_budgeted") else [])]
    if not scope.is_over and total.get("forecast_amount") is not None:
        parts.append("thin = forecast")
        parts += ["hatched = its 80 % interval"] if forecast.first().get("low") is not None else []
    return f"{', '.join(parts)}."


def _interval_reason(scope: Scope, forecast: Answer) -> str:
    row = forecast.first()
    if scope.is_over or row.get("low") is not None:
        return ""
    if forecast.missing:
        return f"No interval: this version has no table {forecast.missing[0]}."
    if not row:
        return "No interval: none is kept for this department and period."
    return f"No interval: {reason_text(row['interval_basis'] or row['reason'] or 'not known')}."


def _chart(
    scope: Scope, days: Answer, variance: Answer, total: dict[str, Any], forecast: Answer, end: Figure
) -> dict[str, Any]:
    """Everything in percent of the drawing."""
    start, last = scope.period["start_date"], scope.period["end_date"]
    # Cumulative amounts stand at the end of a day, so the drawing begins with nothing at the eve of the first.
    across = Axis(0, (last - start).days + 1)
    today = days.rows[-1]
    now = (today["date_day"] - start).days + 1
    xs = [0, *((row["date_day"] - start).days + 1 for row in days)]
    actual = [0.0, *(float(row["actual_to_date_amount"]) for row in days)]
    budget = [0.0, *(float(row["budget_to_date_amount"]) for row in days)]
    whole_budget = float(total.get("budget_amount") or 0)
    band = forecast.first()
    low, high = band.get("low"), band.get("high")
    tops = [*actual, *budget, whole_budget, end.number, float(high or 0)]
    up = axis_of(tops, margin=0.04)
    has_budget = bool(total.get("is_budgeted"))
    has_forecast = end.is_known and now < across.high
    ends = [total.get("forecast_amount"), total.get("budget_amount")]
    money = scale_for([*(row["actual_to_date_amount"] for row in days), *ends])
    end_budget = figure(variance, total, "budget_amount", money)
    end_labels = [100 - up.at(end.number), 100 - up.at(whole_budget)]
    if has_forecast and has_budget:
        end_labels = apart(end_labels, 17)
    return {
        "actual": line(xs, actual, across, up),
        "budget": line([*xs, across.high], [*budget, whole_budget], across, up) if has_budget else "",
        "forecast": line([now, across.high], [actual[-1], end.number], across, up) if has_forecast else "",
        "band": (
            line([now, across.high, across.high], [actual[-1], float(high), float(low)], across, up)
            if has_forecast and low is not None and high is not None
            else ""
        ),
        "now_x": across.at(now),
        "now_y": round(100 - up.at(actual[-1]), 2),
        "today": today["date_day"],
        "is_late": across.at(now) > 55,
        "is_low": up.at(actual[-1]) < 14,
        "now": figure(days, today, "actual_to_date_amount", money),
        "end": replace(end, shown=show(end.value, money), scale=money) if has_forecast else None,
        "end_y": end_labels[0],
        "gap": figure(variance, total, "forecast_variance_amount", scale_for([total.get("forecast_variance_amount")]),
                      signed=True, over_is_bad=True) if has_forecast and has_budget else None,
        "low": figure(forecast, band, "low", money) if low is not None else None,
        "high": figure(forecast, band, "high", money) if high is not None else None,
        "end_budget": end_budget if has_budget else None,
        "budget_y": end_labels[1],
        "zero_y": round(100 - up.at(0), 2),
        "ticks": [(round(100 - up.at(tick), 2), show(tick, replace(money, digits=0))) for tick in _ticks(up, money)],
        "dates": _dates(scope, across),
        "unit": f"{scope.company.currency} {money.mark}".strip(),
    }  # fmt: skip


def _ticks(up: Axis, money: Scale) -> list[float]:
    unit = float(money.divisor)
    return [tick * unit for tick in ticks(up.high / unit)]


def _dates(scope: Scope, across: Axis) -> list[tuple[float, str, str]]:
    """First day, firsts of the months (at most every third of the width), last day."""
    start, last = scope.period["start_date"], scope.period["end_date"]
    marks = [(0.0, start, "start")]
    for offset in range(1, (last - start).days):
        day = start + timedelta(days=offset)
        place = across.at(offset)
        if day.day == 1 and place - marks[-1][0] >= 24 and place <= 78:
            marks.append((place, day, "middle"))
    return [(place, f"{day.day} {day:%b}", anchor) for place, day, anchor in [*marks, (100.0, last, "end")]]

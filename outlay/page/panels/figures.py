"""The five figures at the top, each with its course over the weeks."""

from __future__ import annotations

from typing import Any

from outlay.page.geometry import sparkline
from outlay.page.numbers import COUNT, PERCENT, PERCENT_1, TIMES_2, Figure, figure, scale_for
from outlay.page.panels.panel import Sentence
from outlay.page.panels.variance import TOTAL
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope


def tiles(
    reader: Reader, scope: Scope, variance: Answer, forecast: Answer
) -> tuple[list[dict[str, Any]], list[Answer]]:
    """Five tiles, and the answers behind them that no panel has."""
    weeks = reader.ask("weeks", **scope.values)
    returns = reader.ask("roi_total", **scope.values)
    before = reader.ask("revenue_before", **scope.values)
    course = reader.ask("forecast_history", **scope.values)
    shown = [
        _spend(scope, variance, weeks),
        _forecast(scope, variance, forecast, course),
        _revenue(scope, returns, before, weeks),
        _roi(returns, weeks),
        _cac(scope, returns, weeks),
    ]
    return shown, [returns, before, weeks, course]


def _tile(
    name: str, amount: Figure, unit: str, note: Sentence, tone: str, course: Answer, column: str
) -> dict[str, Any]:
    values = [float(row[column]) for row in course if row[column] is not None]
    return {
        "name": name,
        "figure": amount,
        "unit": f"{unit} {amount.scale.mark}".strip(),
        "note": note,
        "tone": tone,
        "points": sparkline(values),
        "course": f"{len(values)} {'forecasts' if column == 'forecast_amount' else 'weeks'}",
    }


def _against(answer: Answer, row: dict[str, Any], column: str, pct: str, what: str) -> tuple[Sentence, str]:
    gap = figure(answer, row, column, scale_for([row.get(column)]), over_is_bad=True)
    if not gap.is_known:
        return [gap.reason.capitalize()], ""
    if not gap.sign:
        return [f"On {what}"], ""
    word = "over" if gap.sign > 0 else "under"
    bare = gap.unsigned()
    rate = figure(answer, row, pct, PERCENT_1) if pct else None
    told: list[str | Figure] = ["▲ " if gap.sign > 0 else "▼ ", bare, gap.mark]
    if rate is not None and rate.is_known:
        told += [", ", rate.unsigned()]
    return [*told, f" {word} {what}"], gap.tone


def _spend(scope: Scope, variance: Answer, weeks: Answer) -> dict[str, Any]:
    row = variance.get(TOTAL) or {}
    amount = figure(variance, row, "actual_amount", scale_for([row.get("actual_amount")]), reason="no spend is known")
    note, tone = (
        _against(variance, row, "variance_amount", "variance_pct", "budget to date")
        if row.get("is_budgeted")
        else (["No budget to compare with"], "")
    )
    return _tile(f"Spend, {scope.kind} to date", amount, scope.company.currency, note, tone, weeks, "cost_amount")


def _forecast(scope: Scope, variance: Answer, forecast: Answer, course: Answer) -> dict[str, Any]:
    row = variance.get(TOTAL) or {}
    name = f"{scope.kind.capitalize()}-end forecast" if not scope.is_over else f"Cost of the {scope.kind}"
    why = row.get("forecast_reason") or forecast.first().get("reason") or "no forecast was made"
    amount = figure(variance, row, "forecast_amount", scale_for([row.get("forecast_amount")]), reason=why)
    note: Sentence = ["No budget to compare with"]
    tone = ""
    if row.get("is_budgeted") and not amount.is_known:
        budget = figure(variance, row, "budget_amount", scale_for([row["budget_amount"]]))
        note = [f"The {scope.kind}'s budget is ", budget, budget.mark]
    elif row.get("is_budgeted"):
        note, tone = _against(variance, row, "forecast_variance_amount", "", f"the {scope.kind}'s budget")
    return _tile(name, amount, scope.company.currency, note, tone, course, "forecast_amount")


def _revenue(scope: Scope, returns: Answer, before: Answer, weeks: Answer) -> dict[str, Any]:
    row, earlier = returns.first(), before.first()
    amount = figure(
        returns, row, "revenue_amount", scale_for([row.get("revenue_amount")]), reason="no conversions were delivered"
    )
    note: Sentence = ["No year before to compare with"]
    if earlier.get("before_amount"):
        last = figure(before, earlier, "before_amount", scale_for([earlier["before_amount"]]))
        note = ["same days of ", str(earlier["before_period_id"]), ": ", last, last.mark]
    return _tile("Net revenue, all origins", amount, scope.company.currency, note, "", weeks, "revenue_amount")


def _roi(returns: Answer, weeks: Answer) -> dict[str, Any]:
    row = returns.first()
    amount = figure(returns, row, "roi", PERCENT, signed=True, over_is_bad=False,
                    reason=row.get("roi_reason") or "no conversions were delivered")  # fmt: skip
    money = scale_for([row.get("margin_amount"), row.get("cost_amount")])
    note: Sentence = ["No return without conversions"]
    if amount.is_known:
        note = [
            "margin ", figure(returns, row, "margin_amount", money),
            " on cost ", figure(returns, row, "cost_amount", money), f" {money.mark}".rstrip(),
        ]  # fmt: skip
    return _tile("ROI of channels with cost", amount, "", note, amount.tone, weeks, "roi")


def _cac(scope: Scope, returns: Answer, weeks: Answer) -> dict[str, Any]:
    row = returns.first()
    amount = figure(returns, row, "cac", TIMES_2, reason=row.get("cac_reason") or "no conversions were delivered")
    note: Sentence = ["No new customers known"]
    if amount.is_known:
        customers = figure(returns, row, "new_customers", COUNT)
        note = ["all cost over ", customers, customers.mark, " new customers"]
    return _tile("Cost of a new customer", amount, scope.company.currency, note, "", weeks, "cac")

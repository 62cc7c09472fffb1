"""The sentence at the top, made of the numbers below it."""

from __future__ import annotations

from typing import Any

from outlay.page.numbers import PERCENT_1, Figure, figure, reason_text, scale_for, spoken_name
from outlay.page.panels.panel import Sentence, joined
from outlay.page.panels.variance import TOTAL
from outlay.page.reading import Answer
from outlay.page.scope import Scope

# A difference below a hundredth of the budget is no news.
_ON_BUDGET = 0.01
_FEW_DAYS = 7


def headline(scope: Scope, variance: Answer) -> Sentence:
    """Where spend stands against budget, where it is heading, and which channels make it so."""
    total = variance.get(TOTAL)
    currency = scope.company.currency
    if variance.missing:
        return [f"Spend and budget are not in this version: it has no table {variance.missing[0]}"]
    if total is None:
        return [f"Nothing was budgeted or spent in {scope.period_id}"]
    if not total["is_budgeted"]:
        spent = figure(variance, total, "actual_amount", scale_for([total["actual_amount"]]))
        return [f"Marketing spent {currency} ", spent, spent.mark,
                f" in {scope.period_id}; there is no budget to hold it against"]  # fmt: skip
    to_date = _amount(variance, total, "variance_amount")
    pct = figure(variance, total, "variance_pct", PERCENT_1)
    if not to_date.is_known:
        return [f"{scope.period_id} has not begun: {to_date.reason}"]
    told: list[str | Figure] = []
    is_on_budget = not to_date.sign or (pct.is_known and abs(pct.number) < _ON_BUDGET)
    if scope.is_over:
        told += [f"The {scope.kind} ended "] if not is_on_budget else [f"The {scope.kind} ended on budget"]
    else:
        told += [f"{_so_far(scope)} is on budget today" if is_on_budget else f"{_so_far(scope)} is "]
    if not is_on_budget:
        told += [f"{currency} ", to_date, to_date.mark]
        told += [" (", pct.unsigned(), ")"] if pct.is_known else []
        told += [f" {_word(to_date)} budget"]
    if scope.is_over:
        return [*told, *_most(variance, "variance_amount", to_date)]
    heading = _amount(variance, total, "forecast_variance_amount")
    if not heading.is_known:
        return [*told, f"; no forecast: {reason_text(total['forecast_reason'] or heading.reason)}"]
    if not heading.sign:
        return [*told, f", and the {scope.kind} is heading to end on it"]
    # Against what stands before it, "but" where the two point in different ways.
    turn = "and" if (heading.sign == to_date.sign and not is_on_budget) else "but"
    told += [f", {turn} the {scope.kind} is heading {currency} ", heading, heading.mark]
    return [*told, f" {_word(heading)}", *_most(variance, "forecast_variance_amount", heading)]


def _so_far(scope: Scope) -> str:
    """What a few days say of a quarter is little, and a reader should know how few they are."""
    days = (scope.as_of - scope.period["start_date"]).days + 1
    return "Spend" if days > _FEW_DAYS else f"After {days} {'day' if days == 1 else 'days'}, spend"


def _most(variance: Answer, column: str, whole: Figure) -> Sentence:
    """The one or two channels that pull most in the direction of the whole."""
    pulling = [
        row
        for row in variance
        if row["channel"] != TOTAL and row[column] and (row[column] > 0) == (whole.sign > 0) and whole.sign
    ]
    pulling.sort(key=lambda row: (-abs(row[column]), row["channel"]))
    if not pulling:
        return []
    names: list[Sentence] = [[_name(row)] for row in pulling[:2]]
    return [", most of all ", *joined(names)]


def _name(row: dict[str, Any]) -> str:
    name = {"unallocated": "what has no channel", "unmapped": "what is not mapped"}.get(row["channel"])
    spoken = spoken_name(row["channel"])
    return name or (spoken[:1].lower() + spoken[1:] if row["channel"].islower() else spoken)


def _amount(variance: Answer, total: dict[str, Any], column: str) -> Figure:
    return figure(variance, total, column, scale_for([total[column]])).unsigned()


def _word(amount: Figure) -> str:
    return "over" if amount.sign > 0 else "under"

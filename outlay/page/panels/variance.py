"""Budget against actual by channel, in IBCS notation, and what drives the difference."""

from __future__ import annotations

from typing import Any

from outlay.page.geometry import Axis, axis_of
from outlay.page.numbers import PERCENT_1, Scale, channel_name, figure, label, scale_for, spoken_name
from outlay.page.panels.panel import Panel, Sentence, foremost, joined, nothing
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope

TOTAL = "(total)"
DRIVERS = {
    "volume": ("Volume", "more or fewer units than planned"),
    "price": ("Price", "units dearer or cheaper than planned"),
    "mix": ("Mix", "dearer or cheaper campaigns took a larger share"),
    "new": ("New", "campaigns without a plan"),
    "dropped": ("Dropped", "planned, not run"),
    "fx": ("Currency", "rates other than planned"),
    "non_unit": ("Not by units", "fees, services and what has no unit plan"),
}
_NOTATION = "Outline = budget to date, solid = actual; over budget is red, under is green."
# Beyond it a percentage says only that the budget was small.
_PCT_LIMIT = 1.0


def ask_variance(reader: Reader, scope: Scope) -> Answer:
    return reader.ask("variance", **scope.values)


def variance_panel(reader: Reader, scope: Scope, variance: Answer) -> Panel:
    """The channels with the total last, and the waterfall of drivers."""
    drivers = reader.ask("drivers", **scope.values)
    answers = [variance, drivers]
    total = variance.get(TOTAL)
    if total is None:
        return nothing(
            "variance", "No budget and no spend to compare", answers, f"Nothing is known of {scope.period_id}."
        )
    channels = [row for row in variance if row["channel"] != TOTAL]
    shown = foremost(channels, lambda row: (abs(row["variance_amount"] or 0), abs(row["actual_amount"] or 0)))
    money = scale_for([row[name] for row in channels for name in ("actual_amount", "budget_to_date_amount")])
    lines = [_line(variance, row, money) for row in shown]
    across = axis_of([float(row[name]) for row in channels for name in ("actual_amount", "budget_to_date_amount")])
    deltas = axis_of([float(row["variance_amount"] or 0) for row in channels])
    rates = axis_of([float(row["variance_pct"] or 0) for row in channels], limit=_PCT_LIMIT)
    for line in lines:
        _draw(line, across, deltas, rates)
    is_budgeted = bool(total["is_budgeted"])
    return Panel(
        name="variance",
        title=_title(variance, total, channels, scope.company.currency),
        subtitle=(
            f"{scope.company.currency} {money.mark}".strip()
            + f", {scope.start_text} to {scope.as_of_text}. "
            + (_NOTATION if is_budgeted else "Solid = actual.")
        ),
        answers=answers,
        view={
            "lines": lines,
            "left_out": len(channels) - len(shown),
            "total": _line(variance, total, money),
            "zero": across.zero,
            "delta_zero": deltas.zero,
            "rate_zero": rates.zero,
            "is_budgeted": is_budgeted,
            "drivers": _waterfall(drivers) if is_budgeted else [],
            "drivers_empty": _why_no_drivers(drivers, is_budgeted=is_budgeted),
            "driver_unit": f"{scope.company.currency} {_driver_scale(drivers).mark}".strip(),
            "version": total["versions"] or "none",
        },
    )


def _line(answer: Answer, row: dict[str, Any], money: Scale) -> dict[str, Any]:
    return {
        "key": answer.key_of(row),
        "name": channel_name(row["channel"]) if row["channel"] != TOTAL else "Total",
        "actual": figure(answer, row, "actual_amount", money),
        "budget": figure(answer, row, "budget_to_date_amount", money),
        "delta": figure(answer, row, "variance_amount", money, signed=True, over_is_bad=True),
        "pct": figure(answer, row, "variance_pct", PERCENT_1, signed=True, over_is_bad=True,
                      reason=row["variance_pct_reason"] or row["variance_reason"]),
    }  # fmt: skip


def _draw(line: dict[str, Any], across: Axis, deltas: Axis, rates: Axis) -> None:
    line["actual_bar"] = across.bar(0, line["actual"].number)
    line["budget_bar"] = across.bar(0, line["budget"].number)
    line["delta_bar"] = deltas.bar(0, line["delta"].number)
    line["rate_bar"] = rates.bar(0, line["pct"].number)
    line["rate_end"] = rates.at(line["pct"].number)


def _title(variance: Answer, total: dict[str, Any], channels: list[dict[str, Any]], currency: str) -> Sentence:
    if not total["is_budgeted"]:
        return ["There is no budget for this period: spend is shown without a comparison"]
    money = scale_for([total["variance_amount"]])
    differing = sorted(
        (row for row in channels if row["variance_amount"]), key=lambda row: -abs(row["variance_amount"])
    )
    if not differing:
        return ["Every channel spent what was budgeted to date"]
    parts: list[Sentence] = []
    for row in differing[:2]:
        amount = figure(variance, row, "variance_amount", scale_for([row["variance_amount"]]), over_is_bad=True)
        word = "over" if amount.sign > 0 else "under"
        parts.append([f"{spoken_name(row['channel'])} is {currency} ", amount.unsigned(), f"{amount.mark} {word}"])
    whole = figure(variance, total, "variance_amount", money, over_is_bad=True)
    word = "over" if whole.sign > 0 else "under"
    end: Sentence = [f"; all channels together {currency} ", whole.unsigned(), f"{whole.mark} {word}"]
    return [*joined(parts), *end] if whole.is_known else joined(parts)


def _driver_scale(drivers: Answer) -> Scale:
    return scale_for([row["amount"] for row in drivers])


def _waterfall(drivers: Answer) -> list[dict[str, Any]]:
    """One step a driver from zero to the variance; drivers without an amount are left out."""
    money, level = _driver_scale(drivers), 0.0
    rows = [row for row in drivers if row["driver"] == TOTAL or row["amount"]]
    spans: list[tuple[float, float]] = []
    for row in rows:
        start = 0.0 if row["driver"] == TOTAL else level
        level = start + float(row["amount"] or 0)
        spans.append((start, level))
    across = axis_of([end for span in spans for end in span])
    steps = []
    for row, (start, end) in zip(rows, spans, strict=True):
        name, meaning = DRIVERS.get(row["driver"], (label(row["driver"]), ""))
        is_total = row["driver"] == TOTAL
        steps.append(
            {
                "key": drivers.key_of(row),
                "name": "Variance to date" if is_total else name,
                "meaning": "" if is_total else meaning,
                "is_total": is_total,
                "amount": figure(drivers, row, "amount", money, signed=True, over_is_bad=True),
                "bar": across.bar(start, end),
                "zero": across.zero,
                "end": across.at(end),
            }
        )
    return steps


def _why_no_drivers(drivers: Answer, *, is_budgeted: bool) -> str:
    if drivers.missing:
        return f"This version has no table {drivers.missing[0]}."
    if not is_budgeted:
        return "Without a budget there is no difference to explain."
    return "" if drivers else "No driver is known for this period."

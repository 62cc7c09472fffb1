"""Sums of published rows, and the ratios of such sums. A null figure always has its reason.

The formulas have their home in the SQL of the marts; a ratio is repeated here only because a sum over a selection has
no row of its own there. Sums of rounded rows are never rounded again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from outlay.api.snapshot import Row, total

_SIX = Decimal("0.000001")
SUMMED = (
    *("budget_amount", "budget_to_date_amount", "ledger_amount", "manual_amount", "accrued_amount", "actual_amount"),
    *("committed_amount", "planned_amount", "available_amount", "variance_amount", "impact"),
    *("operating_variance_amount", "fx_variance_amount"),
    *("carried_in_amount", "carried_out_amount", "available_with_carried_amount"),
    *("forecast_amount", "forecast_low_amount", "forecast_high_amount", "forecast_variance_amount"),
)
# Null for every member until the period is forecast: the answer says so once, not at every member.
FORECAST = tuple(name for name in SUMMED if name.startswith("forecast"))
NO_FORECAST = "this version has no forecast of the period"
# The column that says why another one is null, where it is not named after it.
_TOLD_BY = {
    "committed_amount": "committed_reason",
    "available_amount": "committed_reason",
    "available_with_carried_amount": "committed_reason",
    "operating_variance_amount": "fx_variance_reason",
    "fx_variance_amount": "fx_variance_reason",
}
_DEFAULTS = {
    "variance_amount": "the period has not begun",
    "impact": "the period has not begun",
    "operating_variance_amount": "the period has not begun",
    "fx_variance_amount": "the period has not begun",
}
UNKNOWN = "not known in this version"


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """part / |whole| to six places, half-even; None where either is unknown or the whole is zero."""
    if part is None or whole is None or whole == 0:
        return None
    return (part / abs(whole)).quantize(_SIX, ROUND_HALF_EVEN)


def explained(figures: dict[str, Any], known: Mapping[str, str | None]) -> dict[str, Any]:
    """`figures` with `reasons`: for each that is None why, by `known`, else that nobody knows."""
    figures["reasons"] = {
        name: known.get(name) or UNKNOWN
        for name, value in figures.items()
        if value is None and not name.endswith(("_id", "_date", "_on"))
    }
    return figures


def row_reasons(row: Row) -> dict[str, str | None]:
    """What a row itself says about its nulls: column `roi_reason` tells of `roi`."""
    return {name.removesuffix("_reason"): value for name, value in row.items() if name.endswith("_reason")}


def variance_figures(rows: Sequence[Row], *, ledger_only: bool) -> dict[str, Any]:
    """Budget against actual summed over leaf rows of `budget_variances`.

    `ledger_only`: actual is what is posted, and what follows from it follows from that.
    """
    figures: dict[str, Any] = {name: total(rows, name) for name in SUMMED}
    if ledger_only:
        _count_postings_only(figures)
    figures["variance_pct"] = ratio(figures["variance_amount"], figures["budget_to_date_amount"])
    figures["budget_status"] = _status(rows)
    told = explained(figures, _reasons(rows, figures))
    for name in FORECAST:
        told["reasons"].pop(name, None)
    return told


def _count_postings_only(figures: dict[str, Any]) -> None:
    actual = figures["actual_amount"] = figures["ledger_amount"]
    begun = figures["variance_amount"] is not None
    figures["variance_amount"] = actual - figures["budget_to_date_amount"] if begun else None
    figures["impact"] = -figures["variance_amount"] if begun else None
    # The split by exchange rates is of the whole actual.
    figures["operating_variance_amount"] = figures["fx_variance_amount"] = None
    committed = figures["committed_amount"]
    available = None if committed is None else figures["budget_amount"] - actual - committed
    figures["available_amount"] = available
    figures["available_with_carried_amount"] = None if available is None else available + figures["carried_in_amount"]


def _status(rows: Sequence[Row]) -> str:
    statuses = {row["budget_status"] for row in rows}
    return next((name for name in ("budgeted", "zero_budget") if name in statuses), "unbudgeted")


def _reasons(rows: Sequence[Row], figures: Mapping[str, Any]) -> dict[str, str | None]:
    known: dict[str, str | None] = dict(_DEFAULTS)
    if figures["variance_amount"] is not None:
        known["operating_variance_amount"] = known["fx_variance_amount"] = "basis=ledger is not split by exchange rates"
    for name, column in _TOLD_BY.items():
        known[name] = next((row[column] for row in rows if row.get(column)), known.get(name))
    known["variance_pct"] = (
        "no budget to date" if figures["variance_amount"] is not None else _DEFAULTS["variance_amount"]
    )
    return known


def finality_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Cost by how final it is, and each part's share of all."""
    kinds = ("closed", "invoiced", "accrued", "platform_only")
    parts = {kind: sum((row["amount"] for row in rows if row["finality"] == kind), Decimal("0.00")) for kind in kinds}
    whole = sum(parts.values())
    figures: dict[str, Any] = {f"{kind}_amount": amount for kind, amount in parts.items()}
    figures |= {f"{kind}_share": ratio(amount, Decimal(whole)) for kind, amount in parts.items()}
    return explained(figures, {f"{kind}_share": "no cost in this period yet" for kind in kinds})


def pace_figures(rows: Sequence[Row], *, why_not: str | None) -> dict[str, Any]:
    """Pace over rows of `budget_consumption_daily` of one day; `why_not` where they do not speak of what is asked."""
    names = ("date_day", "pace", "required_daily_amount", "projected_amount", "exhaustion_date")
    if why_not or not rows:
        return explained(dict.fromkeys(names), dict.fromkeys(names, why_not or "the period has not begun"))
    if len(rows) == 1:
        return explained({name: rows[0][name] for name in names}, row_reasons(rows[0]))
    figures: dict[str, Any] = {
        "date_day": rows[0]["date_day"],
        "pace": ratio(total(rows, "actual_to_date_amount"), total(rows, "budget_to_date_amount")),
        "required_daily_amount": total(rows, "required_daily_amount"),
        "projected_amount": total(rows, "projected_amount"),
        "exhaustion_date": None,
    }
    known = {
        "pace": "no budget to date",
        "required_daily_amount": next(
            (row["required_daily_reason"] for row in rows if row["required_daily_reason"]), None
        ),
        "projected_amount": "a member has no projection",
    }
    return explained(figures, known)

"""Return by channel: the platform's claim, our attribution, its interval, and what the next unit of money returns."""

from __future__ import annotations

from typing import Any

from outlay.page.geometry import Axis, axis_of
from outlay.page.numbers import (
    PERCENT,
    TIMES_2,
    Figure,
    channel_name,
    figure,
    label,
    scale_for,
    shared_reason,
    spoken_name,
)
from outlay.page.panels.panel import Panel, Sentence, foremost, nothing
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope

# A channel that returns more than this is drawn cut off, or every other bar would vanish beside it.
_LIMIT = 3.0


def roi_panel(reader: Reader, scope: Scope) -> Panel:
    """Channels with cost, the best return first; then what came without cost."""
    roi = reader.ask("roi", **scope.values)
    if not roi:
        return nothing(
            "roi",
            "No return is known",
            [roi],
            f"No conversions are attributed for {scope.period_id} by the model {label(scope.company.model).lower()}: "
            "touchpoints or conversions were not delivered.",
        )
    money = scale_for([row[name] for row in roi for name in ("cost_amount", "revenue_amount")])
    paid = [row for row in roi if row["cost_amount"]]
    free = [row for row in roi if not row["cost_amount"] and row["revenue_amount"]]
    ends = [float(row[name]) for row in paid for name in ("roi", "roi_low", "roi_high") if row[name] is not None]
    across = axis_of(ends, limit=_LIMIT)
    lines = [_line(roi, row, money, across) for row in foremost(paid, lambda row: row["cost_amount"])]
    others = [_line(roi, row, money, across) for row in foremost(free, lambda row: row["revenue_amount"])]
    return Panel(
        name="roi",
        title=_title(roi, paid),
        subtitle=(
            f"{scope.company.currency} {money.mark}".strip()
            + f", {scope.period_id}, model {label(scope.company.model).lower()}. "
            "ROI = (margin credited - cost) / cost; marginal = margin of the next unit of cost - 1. "
            + ("All departments: returns are not kept by department." if scope.department else "")
        ).strip(),
        answers=[roi],
        view={
            "paid": lines,
            "free": others,
            "left_out": len(paid) + len(free) - len(lines) - len(others),
            "no_interval": shared_reason(line["low"] for line in lines),
            "no_marginal": shared_reason(line["marginal"] for line in lines),
            "zero": across.zero,
        },
    )


def _line(roi: Answer, row: dict[str, Any], money: Any, across: Axis) -> dict[str, Any]:
    rate = figure(roi, row, "roi", PERCENT, signed=True, over_is_bad=False)
    low, high = row["roi_low"], row["roi_high"]
    return {
        "key": roi.key_of(row),
        "name": channel_name(row["channel"]),
        "cost": figure(roi, row, "cost_amount", money),
        "finality": label(row["cost_finality"] or ""),
        "revenue": figure(roi, row, "revenue_amount", money),
        "claim": figure(roi, row, "platform_roas", TIMES_2),
        "roas": figure(roi, row, "roas", TIMES_2),
        "overclaim": figure(roi, row, "overclaim_pct", PERCENT, signed=True, reason=_why_no_overclaim(row)),
        "roi": rate,
        "bar": across.bar(0, rate.number),
        "zero": across.zero,
        "low": figure(roi, row, "roi_low", PERCENT, signed=True),
        "high": figure(roi, row, "roi_high", PERCENT, signed=True),
        "whisker": across.bar(float(low), float(high)) if low is not None and high is not None else None,
        "marginal": figure(roi, row, "marginal_roi", PERCENT, signed=True, over_is_bad=False),
    }


def _why_no_overclaim(row: dict[str, Any]) -> str:
    if row["platform_roas"] is None:
        return str(row["platform_roas_reason"])
    return str(row["roas_reason"] or "nothing attributed")


def _title(roi: Answer, paid: list[dict[str, Any]]) -> Sentence:
    known = [row for row in paid if row["roi"] is not None]
    if not known:
        return ["Nothing was spent, so there is no return on it"]
    losing = sum(1 for row in known if row["roi"] < 0)
    claimed = [row for row in known if row["overclaim_pct"] is not None and row["overclaim_pct"] > 0]
    told: list[str | Figure] = []
    if claimed:
        most = max(claimed, key=lambda row: row["overclaim_pct"])
        amount = figure(roi, most, "overclaim_pct", PERCENT, signed=True)
        told = ["Platforms claim up to ", amount, f" more than we can attribute ({spoken_name(most['channel'])}); "]
    end = "every channel pays back" if not losing else f"{losing} of {len(known)} channels with cost do not pay back"
    return [*told, end if told else end[0].upper() + end[1:]]

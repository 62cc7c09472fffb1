"""Where the next money should go, with the chance that this is worse than today."""

from __future__ import annotations

from typing import Any

from outlay.page.numbers import (
    PERCENT,
    Figure,
    channel_name,
    figure,
    label,
    scale_for,
    spoken_name,
    whole_scale,
)
from outlay.page.panels.panel import Panel, Sentence, nothing
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope

_OBJECTIVES = {
    "most_outcome": "The same budget, the most outcome",
    "least_cost": "The same outcome, the least cost",
}
_ACTIONS = {"shift": "Shift", "hold": "Hold", "test_next": "Test next"}


def recommendations_panel(reader: Reader, scope: Scope) -> Panel:
    """By objective, the largest change first."""
    found = reader.ask("recommendations", **scope.values)
    if not found:
        why = "No response curve was backed well enough by data to recommend a shift of budget."
        return nothing("recommendations", "No recommendation to shift budget", [found], why)
    money = scale_for([row[name] for row in found for name in ("current_amount", "recommended_amount")])
    plans: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        plans.setdefault(row["objective"], []).append(row)
    moves = [row for row in found if row["action"] == "shift"]
    return Panel(
        name="recommendations",
        title=_advice(found, moves, scope.company.currency),
        subtitle=f"{scope.company.currency} {money.mark}".strip() + " a week, channels that platforms deliver. "
        "A plan moves money only if it gains even in a bad one of 200 worlds that the evidence leaves possible.",
        answers=[found],
        view={"plans": [_plan(found, rows, money) for rows in plans.values()]},
    )


def _plan(found: Answer, rows: list[dict[str, Any]], money: Any) -> dict[str, Any]:
    """What is said of all channels together stands in each row."""
    row = rows[0]
    gain = scale_for([row["plan_gain_low"], row["plan_gain_high"]])
    outcome = whole_scale([one[name] for one in rows for name in ("expected_outcome", "high")])
    return {
        "name": _OBJECTIVES.get(row["objective"], label(row["objective"])),
        "key": found.key_of(row),
        "moves": row["plan_action"] == "shift",
        "saves": (row["plan_saving"] or 0) > 0,
        "gain": figure(found, row, "plan_gain", gain, signed=True),
        "low": figure(found, row, "plan_gain_low", gain),
        "high": figure(found, row, "plan_gain_high", gain),
        "mark": gain.mark,
        "worse": figure(found, row, "chance_worse", PERCENT),
        "saving": figure(found, row, "plan_saving", money),
        "untested": figure(found, row, "plan_untested_saving", money),
        "lines": [_recommendation(found, one, money, outcome) for one in rows],
    }


def _recommendation(found: Answer, row: dict[str, Any], money: Any, outcome: Any) -> dict[str, Any]:
    return {
        "key": found.key_of(row),
        "name": channel_name(row["channel"]),
        "action": _ACTIONS.get(row["action"], label(row["action"] or "")),
        "current": figure(found, row, "current_amount", money),
        "recommended": figure(found, row, "recommended_amount", money),
        "change": figure(found, row, "change_amount", money, signed=True),
        "outcome": figure(found, row, "expected_outcome", outcome),
        "low": figure(found, row, "low", outcome),
        "high": figure(found, row, "high", outcome),
        "outcome_mark": outcome.mark,
        "reason": label(row["reason"] or ""),
    }


def _advice(found: Answer, moves: list[dict[str, Any]], currency: str) -> Sentence:
    known = [row for row in moves if row["change_amount"] is not None]
    if not known:
        return ["Nothing is sure enough to move budget; what to test next is named"]
    most = max(known, key=lambda row: row["change_amount"])
    amount = figure(found, most, "change_amount", scale_for([most["change_amount"]]))
    told: list[str | Figure] = [f"{spoken_name(most['channel'])} should get {currency} ", amount, f"{amount.mark} more"]
    if most["chance_worse"] == 0:
        told.append("; that is worse than today in none of 200 worlds")
    elif most["chance_worse"] is not None:
        told += ["; the chance that this is worse is ", figure(found, most, "chance_worse", PERCENT)]
    return told

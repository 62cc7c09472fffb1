"""`GET /recommendations`: where the next euro should go, and the curves behind it."""

from __future__ import annotations

from typing import Any

from outlay.api.answers.figures import explained, row_reasons
from outlay.api.answers.periods import served
from outlay.api.snapshot import Row, Snapshot

TABLES = {"recommendations": "allocation_recommendations", "response_curves": "response_curves"}
_FIGURES = (
    "objective", "channel", "current_amount", "recommended_amount", "expected_outcome", "low", "high",
    "outcome_change", "change_low", "change_high",
)  # fmt: skip
_TOLD = ("backed_by", "test_amount", "sentence", "action", "reason")
_PLAN = (
    "action",
    "reason",
    "outcome",
    "gain",
    "gain_low",
    "gain_high",
    "cost",
    "saving",
    "untested_saving",
    "sentence",
)
_CURVE = ("channel", "spend", "outcome", "low", "high", "marginal_outcome", "backed_by")


def recommendations_answer(snapshot: Snapshot) -> dict[str, Any]:
    """Empty, with a reason, where the version has no such tables."""
    rows = snapshot.rows(TABLES["recommendations"])
    return {
        **served(snapshot),
        "plans": [_plan(row) for row in {row["objective"]: row for row in rows}.values()],
        "recommendations": [_recommendation(row) for row in rows],
        "response_curves": [
            explained({name: row[name] for name in _CURVE}, {}) for row in snapshot.rows(TABLES["response_curves"])
        ],
        "reasons": {
            field: f"this version has no {table}" for field, table in TABLES.items() if not snapshot.has(table)
        },
    }


def _plan(row: Row) -> dict[str, Any]:
    """What every row of an objective says of all channels together."""
    told = {name: row[f"plan_{name}"] for name in _PLAN}
    return {"objective": row["objective"], "chance_worse": row["chance_worse"], **told}


def _recommendation(row: Row) -> dict[str, Any]:
    # What is unknown of a channel is unknown for one reason: it has no curve.
    reason = row_reasons(row).get("expected_outcome")
    figures = {name: row[name] for name in _FIGURES}
    return {**explained(figures, dict.fromkeys(_FIGURES, reason)), **{name: row[name] for name in _TOLD}}

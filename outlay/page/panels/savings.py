"""Savings with their evidence, and how far they reach towards the target."""

from __future__ import annotations

import json
from typing import Any

from outlay.page.numbers import COUNT, ONE, PERCENT, PERCENT_1, Figure, figure, label, scale_for
from outlay.page.panels.panel import Panel, Sentence, nothing
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope, day_text

_CLASSES = {
    "cash_recovery": "Cash to recover",
    "run_rate": "Run rate to lower",
    "avoidance": "Cost to avoid",
    "release": "Commitments to release",
    "reallocation": "To reallocate",
}
_SHOWN_EVIDENCE = 3
_NONE_FOUND, _NONE_WHY = (
    "No savings found",
    "No detector found money to recover or to save in what was delivered.",
)
_STAGES = {
    "identified_one_off_amount": "Identified, once",
    "identified_annual_amount": "Identified, a year",
    "agreed_one_off_amount": "Agreed, once",
    "agreed_annual_amount": "Agreed, a year",
    "realised_amount": "Realised to date",
}


def savings_panel(reader: Reader, scope: Scope) -> Panel:
    """Totals by class and the largest claims with their documents."""
    claims, classes = reader.ask("savings", **scope.values), reader.ask("savings_classes", **scope.values)
    targets = reader.ask("savings_targets", **scope.values)
    if not (claims or targets):
        return nothing("savings", _NONE_FOUND, [claims, classes], _NONE_WHY)
    money = scale_for([row["claimable_amount"] for row in classes])
    return Panel(
        name="savings",
        title=_found_money(classes, scope),
        subtitle=f"{scope.company.currency}, open claims on all departments; each cent is claimed once. "
        "Only cash to recover and run rate to lower count as savings.",
        answers=[classes, claims, targets],
        view={
            "mark": money.mark,
            "classes": [
                {
                    "key": classes.key_of(row),
                    "name": _CLASSES.get(row["class"], label(row["class"])),
                    "counts": row["counts_as_saving"],
                    "claims": figure(classes, row, "claim_count", COUNT),
                    "amount": figure(classes, row, "claimable_amount", money, reason="no exchange rate"),
                }
                for row in classes
            ],
            "none_why": _NONE_WHY,
            "claims": [_claim(claims, row) for row in claims],
            "count": sum(row["claim_count"] for row in classes),
            "target": _target(targets, scope),
        },
    )


def _target(targets: Answer, scope: Scope) -> dict[str, Any] | None:
    """The baseline that was signed last, the share of it to be saved, and how far claims have come."""
    if not targets:
        return None
    row = targets.rows[0]
    money = scale_for([row["target_amount"], *(row[name] for name in _STAGES)])
    return {
        "key": targets.key_of(row),
        "mark": money.mark,
        "share": figure(targets, row, "target_share", PERCENT),
        "baseline": figure(targets, row, "baseline_amount", scale_for([row["baseline_amount"]])),
        "baseline_mark": scale_for([row["baseline_amount"]]).mark,
        "amount": figure(targets, row, "target_amount", money, reason=row["baseline_reason"]),
        "realised": figure(targets, row, "realised_share", PERCENT_1),
        "signed": day_text(row["signed_on"]) if row["signed_on"] else "",
        "months": f"{day_text(row['start_date'])} to {day_text(row['end_date'])}" if row["start_date"] else "",
        "stages": [(name, figure(targets, row, column, money)) for column, name in _STAGES.items()],
        "currency": scope.company.currency,
    }


def _claim(claims: Answer, row: dict[str, Any]) -> dict[str, Any]:
    evidence = [f"{label(one['type'])} {one['id']}" for one in json.loads(row["evidence"] or "[]")]
    return {
        "key": claims.key_of(row),
        "name": label(row["detector"]),
        "class_name": _CLASSES.get(row["class"], label(row["class"])),
        "vendor_id": row["vendor_id"],
        "amount": figure(claims, row, "claimable_amount", ONE, reason=row["amount_reason"]),
        "explanation": row["explanation"] or "",
        "evidence": evidence[:_SHOWN_EVIDENCE],
        "more_evidence": len(evidence) - _SHOWN_EVIDENCE,
        "until": day_text(row["expires_on"]) if row["expires_on"] else "",
    }


def _found_money(classes: Answer, scope: Scope) -> Sentence:
    told: list[str | Figure] = []
    for row in classes:
        if row["counts_as_saving"] and row["claimable_amount"]:
            amount = figure(classes, row, "claimable_amount", scale_for([row["claimable_amount"]]))
            name = _CLASSES.get(row["class"], label(row["class"])).lower()
            told += [" and " if told else f"{scope.company.currency} ", amount]
            told.append(f"{amount.mark} of {name}")
    return told or ["Claims that do not count as savings" if classes else _NONE_FOUND]

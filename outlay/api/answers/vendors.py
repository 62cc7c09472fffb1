"""`GET /vendors/{id}` and `/savings`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outlay.api.answers.cursors import page_of
from outlay.api.answers.figures import explained, row_reasons
from outlay.api.answers.periods import served
from outlay.api.problems import not_found
from outlay.api.snapshot import Row, Snapshot, total

METRICS = (
    *("cost_effectiveness", "price_adherence", "invoice_accuracy", "delivery_vs_plan", "billing_timeliness"),
    *("reconciliation", "credit_recovery", "terms_and_risk"),
)
_CLAIM = (
    *("claim_id", "detector", "class", "vendor_id", "found_on", "expires_on", "currency", "gross_amount"),
    *("claimable_amount", "overlap_amount", "recurrence", "one_off_amount", "monthly_amount", "annualised_amount"),
    *("counts_as_saving", "explanation", "status"),
)
_CONTRACT = (
    *("contract_id", "start_date", "end_date", "has_ended", "currency", "invoiced_amount", "min_commit_amount"),
    *("remaining_amount", "shortfall_amount", "cap_amount", "left_under_cap_amount"),
)
_ORDER = (
    *("po_id", "line_no", "po_number", "order_status", "currency", "ordered_amount", "invoiced_amount"),
    *("accrued_unbilled_amount", "open_amount", "released_amount", "overbilled_amount"),
)
_TARGET = (
    *("baseline_id", "start_date", "end_date", "signed_on", "signed_by", "baseline_amount", "target_share"),
    *("target_amount", "identified_one_off_amount", "identified_annual_amount", "agreed_one_off_amount"),
    *("agreed_annual_amount", "realised_one_off_amount", "realised_run_rate_amount", "realised_amount"),
    "realised_share",
)
_SUMMED = ("gross_amount", "claimable_amount", "overlap_amount", "one_off_amount", "annualised_amount")


@dataclass(frozen=True)
class Claims:
    """Which claims are listed."""

    detector: str | None = None
    claim_class: str | None = None
    vendor_id: str | None = None
    status: str | None = None
    limit: int = 50
    cursor: str | None = None


def vendor_answer(snapshot: Snapshot, vendor_id: str) -> dict[str, Any]:
    """A vendor's record, scorecard, contracts, orders and claims. Raises Problem (404)."""
    vendor = snapshot.vendors.get(vendor_id)
    if vendor is None:
        raise not_found(f"no vendor {vendor_id} is published")
    survivor = vendor["surviving_vendor_id"] or vendor_id

    def its(table: str) -> list[dict[str, Any]]:
        return [row for row in snapshot.rows(table) if row["vendor_id"] == survivor]

    cards = its("vendor_scorecards")
    names = ("vendor_id", "name", "surviving_vendor_id", "country", "currency", "has_delivery_feed", "is_listed")
    return {
        **served(snapshot),
        "vendor": {name: vendor[name] for name in names},
        "scorecard": _scorecard(cards[0]) if cards else None,
        "contracts": [
            explained(
                {name: row[name] for name in _CONTRACT},
                dict.fromkeys(_CONTRACT, "the contract states none"),
            )
            for row in its("contract_commitments")
        ],
        "orders": [explained({name: row[name] for name in _ORDER}, {}) for row in its("commitments")],
        "savings": [_claim(row) for row in its("savings_opportunities")],
        "reasons": {} if cards else {"scorecard": "this version has no scorecard of the vendor"},
    }


def savings_answer(snapshot: Snapshot, asked: Claims) -> dict[str, Any]:
    """The claims asked for, the largest first, and what all of them come to."""
    filters = {"detector": asked.detector, "class": asked.claim_class, "vendor_id": asked.vendor_id}
    filters["status"] = asked.status
    found = [
        row
        for row in snapshot.rows("savings_opportunities")
        if all(value is None or row[name] == value for name, value in filters.items())
    ]
    found.sort(key=lambda row: (-(row["claimable_amount"] or Decimal(0)), row["claim_id"]))
    shown, cursor = page_of(found, asked.limit, asked.cursor, f"{snapshot.name} {filters}")
    counted = [row for row in found if row["counts_as_saving"]]
    return {
        **served(snapshot),
        "claim_count": len(found),
        "totals": _claims_total(found),
        "savings": _claims_total(counted),
        "targets": [
            explained({name: row[name] for name in _TARGET}, dict.fromkeys(_TARGET, row["baseline_reason"]))
            for row in snapshot.rows("savings_targets")
        ],
        "claims": [_claim(row) for row in shown],
        "next_cursor": cursor,
        "reasons": {
            name: f"this version has no {table}"
            for name, table in (("claims", "savings_opportunities"), ("targets", "savings_targets"))
            if not snapshot.has(table)
        },
    }


def _scorecard(row: Row) -> dict[str, Any]:
    head = {name: row[name] for name in ("score", "coverage", "leakage_amount", "open_credit_amount")}
    return {
        "grade": row["grade"],
        **explained(head, row_reasons(row)),
        "invoice_count": row["invoice_count"],
        "month_count": row["month_count"],
        "metrics": [
            {
                "metric": metric,
                **explained(
                    {"value": row[metric], "score": row[f"{metric}_score"]},
                    dict.fromkeys(("value", "score"), "nothing is known to measure"),
                ),
            }
            for metric in METRICS
        ],
    }


def _claim(row: Row) -> dict[str, Any]:
    reason = row.get("amount_reason")
    told = explained({name: row[name] for name in _CLAIM}, dict.fromkeys(_CLAIM, reason))
    return {**told, "evidence": json.loads(row["evidence"])}


def _claims_total(rows: Sequence[Row]) -> dict[str, Any]:
    """Sums over the claims that have an amount."""
    priced = [row for row in rows if row["gross_amount"] is not None]
    sums = {name: total(priced, name) for name in _SUMMED}
    return {**sums, "unpriced_count": len(rows) - len(priced)}

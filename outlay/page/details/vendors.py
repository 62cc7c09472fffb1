"""A list of all vendors, and a page for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from outlay.page.details.batch import ask_all, pieces
from outlay.page.numbers import COUNT, ONE, PERCENT_1, TIMES, figure, label, whole_scale
from outlay.page.reading import Answer, Reader
from outlay.page.rendering import Edition, Place, file_name, render
from outlay.page.scope import Scope


def vendor_pages(reader: Reader, scope: Scope, edition: Edition) -> Iterator[tuple[str, str]]:
    """File name and text of each page."""
    vendors = reader.ask("vendor_list", **scope.values)
    parts = pieces(vendors.rows, "vendors")
    money = whole_scale([row["spend_amount"] for row in vendors])
    lines = {row["vendor_id"]: _line(vendors, row, money) for row in vendors}
    for name, rows in parts:
        yield (
            name,
            render(
                "vendors.html.j2",
                edition,
                Place(),
                {},
                title=f"{scope.company.name}: vendors",
                scope=scope,
                listed=vendors,
                lines=[lines[row["vendor_id"]] for row in rows],
                unit=f"{scope.company.currency} {money.mark}".strip(),
                parts=[part for part, _ in parts],
                this=name,
            ),
        )
    scores = ask_all(reader, "vendor_scores", "vendor_id", scope.values)
    months = ask_all(reader, "vendor_months", "vendor_id", scope.values)
    claims = ask_all(reader, "vendor_claims", "vendor_id", scope.values)
    for row in vendors:
        vendor_id = row["vendor_id"]
        yield (
            f"vendors/{file_name(vendor_id)}",
            render(
                "vendor.html.j2",
                edition,
                Place(root="../"),
                {},
                title=f"{row['name'] or vendor_id}: vendor",
                scope=scope,
                vendor=row,
                listed=vendors,
                line=lines[vendor_id],
                answers=[scores.of(vendor_id), months.of(vendor_id), claims.of(vendor_id)],
                scores=[_score(scores.everyone, score) for score in scores.groups.get(vendor_id, [])],
                months=[_month(months.everyone, month) for month in months.groups.get(vendor_id, [])],
                claims=[_claim(claims.everyone, claim) for claim in claims.groups.get(vendor_id, [])],
            ),
        )


def _line(vendors: Answer, row: dict[str, Any], money: Any) -> dict[str, Any]:
    return {
        "key": vendors.key_of(row),
        "file": file_name(row["vendor_id"]),
        "name": row["name"] or row["vendor_id"],
        "grade": row["grade"] or "not rated",
        "spend": figure(vendors, row, "spend_amount", money),
        "score": figure(vendors, row, "score", TIMES, reason=row["score_reason"] or "not rated"),
        "leakage": figure(vendors, row, "leakage_amount", ONE),
        "claims": figure(vendors, row, "claim_count", COUNT, reason="not rated"),
    }


def _score(scores: Answer, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": scores.key_of(row),
        "name": label(row["metric"]),
        "score": figure(scores, row, "score", TIMES),
        "width": float(row["score"]),
    }


def _month(months: Answer, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": months.key_of(row),
        "month": f"{row['service_month']:%b %Y}",
        "served": figure(months, row, "served_amount", ONE),
        "billed": figure(months, row, "billed_amount", ONE),
        "ledger": figure(months, row, "ledger_amount", ONE),
        "cause": figure(months, row, "cause_amount", ONE, signed=True),
        "unexplained": figure(months, row, "unexplained_amount", ONE, signed=True),
        "explained": figure(months, row, "explained_pct", PERCENT_1),
    }


def _claim(claims: Answer, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": claims.key_of(row),
        "name": label(row["detector"]),
        "class_name": label(row["class"]),
        "status": label(row["status"]),
        "amount": figure(claims, row, "claimable_amount", ONE, reason=row["amount_reason"]),
        "explanation": row["explanation"] or "",
        "evidence": [f"{label(one['type'])} {one['id']}" for one in json.loads(row["evidence"] or "[]")],
    }

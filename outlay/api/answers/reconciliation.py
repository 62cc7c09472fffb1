"""`GET /reconciliation/{period}`: what platforms served against what the ledger holds, vendor by vendor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.api.answers.figures import explained, ratio, row_reasons
from outlay.api.answers.periods import find_period, served
from outlay.api.snapshot import Row, Snapshot, total

_SUMMARY = ("served_amount", "billed_amount", "ledger_amount", "cause_amount", "unexplained_amount", "explained_pct")
_ITEM = [
    "item_id",
    "cause",
    "amount",
    "currency",
    "amount_doc",
    "left_doc_id",
    "right_doc_id",
    "rule",
    "confidence",
    "status",
]


def reconciliation_answer(snapshot: Snapshot, name: str) -> dict[str, Any]:
    """The bridge of the calendar months that begin in the period, with every item. Raises Problem (400, 404)."""
    period = find_period(snapshot, name)
    first, last = period["start_date"], period["end_date"]
    items: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for item in snapshot.rows("reconciliations"):
        items[item["vendor_id"], item["service_month"]].append(item)
    months = _months(snapshot, first, last)
    return {
        **served(snapshot),
        "period_id": period["period_id"],
        "start_date": first,
        "end_date": last,
        "totals": bridge(snapshot, first, last),
        "months": [_month(snapshot, row, items[row["vendor_id"], row["service_month"]]) for row in months],
    }


def bridge(snapshot: Snapshot, first: date, last: date) -> dict[str, Any]:
    """Served against ledger summed over vendors and the calendar months that begin between the two days."""
    rows = _months(snapshot, first, last)
    figures: dict[str, Any] = dict.fromkeys(("served_amount", "ledger_amount", "unexplained_amount", "explained_pct"))
    if rows:
        figures |= {name: total(rows, name) for name in ("served_amount", "ledger_amount", "unexplained_amount")}
        figures["explained_pct"] = _explained_pct(figures)
    figures["open_item_count"] = sum(row["open_item_count"] for row in rows)
    why = "no vendor with a delivery feed has a month in this period"
    known = dict.fromkeys(figures, why) if not rows else {"explained_pct": "nothing was served and nothing is posted"}
    return explained(figures, known)


def _explained_pct(figures: dict[str, Any]) -> Decimal | None:
    """1 - |unexplained| / max(|served|, |ledger|), as each month's."""
    served_amount, ledger, unexplained = (
        figures[name] for name in ("served_amount", "ledger_amount", "unexplained_amount")
    )
    if served_amount is None or ledger is None or unexplained is None:
        return None
    share = ratio(abs(unexplained), max(abs(served_amount), abs(ledger)))
    return None if share is None else 1 - share


def _months(snapshot: Snapshot, first: date, last: date) -> list[Row]:
    return [row for row in snapshot.rows("reconciliation_summaries") if first <= row["service_month"] <= last]


def _month(snapshot: Snapshot, row: Row, items: Sequence[Row]) -> dict[str, Any]:
    vendor = snapshot.vendors.get(row["vendor_id"])
    return {
        "vendor_id": row["vendor_id"],
        "vendor_name": vendor["name"] if vendor else row["vendor_id"],
        "service_month": row["service_month"],
        **explained({name: row[name] for name in _SUMMARY}, row_reasons(row)),
        "items": [
            explained({name: item[name] for name in _ITEM}, {"amount": "no exchange rate is known"}) for item in items
        ],
    }

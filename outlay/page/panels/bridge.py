"""From what the ad platforms served to what the ledger holds, cause by cause."""

from __future__ import annotations

from typing import Any

from outlay.page.geometry import axis_of
from outlay.page.numbers import COUNT, ONE, figure, label
from outlay.page.panels.panel import Panel, Sentence, nothing
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope

SERVED, LEDGER, UNEXPLAINED, GAP = "(served)", "(ledger)", "(unexplained)", "(gap)"
_MEANING = {
    "timing": "served, not billed or booked yet",
    "fee": "fees the platform adds",
    "tax": "tax and levies",
    "fx": "the platform's rate, not the ledger's",
    "quantity": "another number of units billed",
    "price": "another unit price billed",
    "platform_credit": "credits and make-goods",
    "coding": "booked on an account that is not marketing",
    "duplicate": "billed or booked twice",
    "missing_invoice": "served, no bill after 75 days",
    "missing_delivery": "billed, nothing served",
    "restatement": "the platform changed its figures",
    "platform_internal": "the platform's own reports differ",
    "rounding": "rounding",
    "unexplained": "no rule explains it",
}


def ask_bridge(reader: Reader, scope: Scope) -> Answer:
    return reader.ask("bridge", **scope.values)


def bridge_panel(reader: Reader, scope: Scope, bridge: Answer) -> Panel:
    """Served, each cause, ledger; then the vendors that differ most."""
    vendors = reader.ask("bridge_vendors", **scope.values)
    served, ledger = bridge.get(SERVED), bridge.get(LEDGER)
    if served is None or ledger is None:
        why = "No vendor with a delivery feed was served or booked in these months, so nothing can be reconciled."
        return nothing("bridge", "Nothing to reconcile", [bridge, vendors], why)
    items = sorted((row for row in bridge if not row["line"].startswith("(")), key=lambda row: -abs(row["amount"] or 0))
    level, spans = 0.0, []
    for row in items:
        spans.append((level, level + float(row["amount"] or 0)))
        level = spans[-1][1]
    across = axis_of([end for span in spans for end in span])
    return Panel(
        name="bridge",
        title=_title(scope, bridge),
        subtitle=f"{scope.company.currency}, service months of {scope.period_id}, vendors with a delivery feed."
        + (" All departments." if scope.department else ""),
        answers=[bridge, vendors],
        view={
            "served": _total(bridge, served, "Ad platforms served"),
            "ledger": _total(bridge, ledger, "General ledger"),
            "zero": across.zero,
            "causes": [
                {
                    "key": bridge.key_of(row),
                    "name": "Currency" if row["line"] == "fx" else label(row["line"]),
                    "meaning": _MEANING.get(row["line"], ""),
                    "amount": figure(bridge, row, "amount", ONE, signed=True),
                    "items": figure(bridge, row, "item_count", COUNT),
                    "open": figure(bridge, row, "open_count", COUNT),
                    "is_open": bool(row["open_count"]),
                    "is_unexplained": row["line"] == "unexplained",
                    "bar": across.bar(*span),
                }
                for row, span in zip(items, spans, strict=True)
            ],
            "vendors": [_vendor(vendors, row) for row in vendors],
        },
    )


def _total(bridge: Answer, row: dict[str, Any], name: str) -> dict[str, Any]:
    return {"key": bridge.key_of(row), "name": name, "amount": figure(bridge, row, "amount", ONE)}


def _vendor(vendors: Answer, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": vendors.key_of(row),
        "vendor_id": row["vendor_id"],
        "served": figure(vendors, row, "served_amount", ONE),
        "ledger": figure(vendors, row, "ledger_amount", ONE),
        "cause": figure(vendors, row, "cause_amount", ONE, signed=True),
        "unexplained": figure(vendors, row, "unexplained_amount", ONE, signed=True),
    }


def _title(scope: Scope, bridge: Answer) -> Sentence:
    row, gap = bridge.get(UNEXPLAINED), bridge.get(GAP)
    if row is None or gap is None:
        return ["From platforms to the ledger"]
    if gap["amount"]:
        return ["The bridge does not close: ", figure(bridge, gap, "amount", ONE, signed=True), " is missing"]
    if not row["amount"]:
        return ["Every cent between platforms and ledger has a cause"]
    amount = figure(bridge, row, "amount", ONE)
    return [f"The bridge closes; {scope.company.currency} ", amount, " of it no rule explains"]

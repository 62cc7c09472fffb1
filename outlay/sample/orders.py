"""Purchase orders: standing ones, one a trade fair, and those that nobody closed."""

from __future__ import annotations

from outlay.sample.days import day_of, month_first
from outlay.sample.desk import Desk
from outlay.sample.files import money
from outlay.sample.tray import Row
from outlay.sample.truth import Anomaly
from outlay.sample.vendors import VENDORS

STALE_VALID_OFFSET = 20


def order_first_day(desk: Desk) -> None:
    """The orders that stand when the exports begin."""
    plan, start = desk.plan, desk.plan.start
    _order(desk, start, "PO-1001", "V011", "open", start - 60, start + 1400)
    _line(desk, start, "PO-1001", 1, plan.cents(85 * 31 * 24), qty=round(31 * 24 * plan.scale), unit="hour",
          department_id="D120", account_id="4640")  # fmt: skip
    _order(desk, start, "PO-1003", "V020", "open", start - 30, start + 1400)
    _line(desk, start, "PO-1003", 1, plan.cents(4.2 * 500 * 24), qty=round(500 * 24 * plan.scale), unit="impression_k",
          department_id="D120", channel="Display", account_id="4620")  # fmt: skip
    _order(desk, start, "PO-1004", "V018", "closed", start - 150, start - 20)
    _line(desk, start, "PO-1004", 1, plan.cents(1_150), department_id="D120", account_id="4640")
    _order(desk, start, "PO-1005", "V010", "cancelled", start - 95, start + 60)
    _line(desk, start, "PO-1005", 1, plan.cents(3_000), department_id="D110", account_id="4630")
    _order(desk, start, "PO-9001", "V011", "open", start - 210, start + STALE_VALID_OFFSET)
    stale = plan.cents(2_400)
    _line(desk, start, "PO-9001", 1, stale, department_id="D120", account_id="4640")
    note = "open, past its validity, nothing received or invoiced for more than 90 days"
    evidence = (("purchase_order", "PO-9001"),)
    desk.truth.anomalies.append(
        Anomaly(start + STALE_VALID_OFFSET + 1, "stale_commitment", "release", stale, "GBP", evidence, note)
    )


def order_fair(desk: Desk, ordinal: int, month: int, index: int) -> None:
    """The order of a quarter's fair; it is closed two months later."""
    plan, po_id = desk.plan, fair_order(index)
    approved = max(plan.start, month_first(month)) - 12
    valid = approved + 90
    _order(desk, ordinal, po_id, "V012", "open", approved, valid)
    for number, euros in ((1, 5_200), (2, 700)):
        _line(desk, ordinal, po_id, number, plan.cents(euros), department_id="D150", account_id="4660")
    _order(desk, ordinal + 62, po_id, "V012", "closed", approved, valid)


def fair_order(index: int) -> str:
    """The id of the order behind the fair of that month of the exports."""
    return f"PO-{1200 + index}"


def order_number(po_id: str) -> str:
    """The number printed on an order."""
    return f"4500-{po_id[3:]}"


def _order(desk: Desk, told: int, po_id: str, vendor_id: str, status: str, approved: int, valid: int) -> None:
    row: Row = {
        "po_id": po_id,
        "po_number": order_number(po_id),
        "vendor_id": vendor_id,
        "status": status,
        "currency": VENDORS[vendor_id].currency,
        "approved_on": day_of(approved).isoformat(),
        "valid_to": day_of(valid).isoformat(),
    }
    desk.tray.put(told, "purchase_orders", row)


def _line(desk: Desk, told: int, po_id: str, number: int, cents: int, **more: object) -> None:
    row: Row = {"po_id": po_id, "line_no": number, "net_amount": money(cents), **more}
    desk.tray.put(told, "purchase_order_lines", row)

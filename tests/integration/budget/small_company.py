"""A company whose budget control can be worked out by hand: orders in every state, planned quantities, two currencies.

Its home currency is EUR. It is 10 February 2024, a leap year. One dollar was budgeted at 1/1.10 and costs 1/1.25 euros.
"""

from __future__ import annotations

from typing import Any

from tests.support.landing import Rows

SETTINGS: dict[str, Any] = {"as_of": "2024-02-10"}


def _order(po: str, status: str, amount: str, department: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    header = {"po_id": po, "po_number": f"45-{po}", "vendor_id": "V1", "status": status, "approved_on": "2024-01-10",
              "currency": more.pop("currency", "EUR"), "valid_to": more.pop("valid_to", None)}  # fmt: skip
    line = {"po_id": po, "line_no": "1", "net_amount": amount, "department_id": department, "account_id": "6100",
            "expected_period": "2024-02"}  # fmt: skip
    return header, line | more


def _bill(number: str, po: str, amount: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    kept = {name: more.pop(name) for name in ("currency", "invoice_date", "po_number", "vendor_id") if name in more}
    header = {"invoice_id": number, "vendor_id": "V1", "invoice_number": number, "invoice_date": "2024-02-05",
              "currency": "EUR", "net_amount": amount, "status": "approved"}  # fmt: skip
    line = {"invoice_id": number, "line_no": "1", "net_amount": amount, "po_id": po, "po_line_no": "1"}
    return header | kept, line | more


ORDERS = [
    # The chain of a requisition, an order and a bill, one state a department.
    _order("R1", "requested", "300.00", "D1"),
    _order("R2", "requested", "100.00", "D2"),
    _order("P2", "approved", "200.00", "D2"),
    _order("R3", "requested", "100.00", "D3"),
    _order("P3", "open", "200.00", "D3"),
    _order("S3", "requested", "50.00", "D3"),
    # Partly received and billed, nothing posted; in dollars; overbilled; cancelled; open past its validity; far ahead.
    _order("RECEIVED", "open", "1000.00", "D4"),
    _order("DOLLARS", "open", "125.00", "D4", currency="USD"),
    _order("TOO_MUCH", "open", "100.00", "D4"),
    _order("CANCELLED", "cancelled", "70.00", "D4"),
    _order("STALE", "open", "40.00", "D5", valid_to="2024-01-31", expected_period=None),
    _order("LONG", "open", "89.00", "D5", valid_to="2024-05-09", expected_period=None),
    # An insertion order: the campaign's delivery is its receipt.
    _order("MEDIA", "open", "500.00", "D6", account_id="6000", campaign_id="s1", valid_to="2024-02-29"),
]

BILLS = [
    _bill("B3", "P3", "200.00"),
    _bill("B4", "RECEIVED", "100.00", contract_id="K1"),
    _bill("B5", "DOLLARS", "125.00", currency="USD", invoice_date="2024-02-01"),
    # Named by its number on the document only.
    _bill("B6", "TOO_MUCH", "130.00", po_number="45-TOO_MUCH"),
]  # fmt: skip
BILLS[-1][1].update(po_id=None, po_line_no=None)


def _served(day: str, campaign: str, spend: str, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    return {"platform": "ads", "account_id": "a1", "campaign_id": campaign, "date_day": day, "spend": spend,
            "currency": currency} | more  # fmt: skip


def _campaign(name: str, channel: str, department: str) -> dict[str, Any]:
    return {"platform": "ads", "campaign_id": name, "name": name, "channel": channel, "department_id": department}


def _line(version: str, period: str, amount: str, department: str, **more: Any) -> dict[str, Any]:
    return {"version_id": version, "period_id": period, "amount": amount, "department_id": department} | more


COMPANY: Rows = {
    "purchase_orders": [header for header, _ in ORDERS],
    "purchase_order_lines": [line for _, line in ORDERS],
    "receipts": [{"po_id": "RECEIVED", "line_no": "1", "received_on": "2024-02-03", "amount": "300.00"}],
    "vendor_invoices": [header for header, _ in BILLS],
    "vendor_invoice_lines": [line for _, line in BILLS],
    "ledger_entries": [
        {"entry_id": "E1", "journal_id": "J1", "posting_date": "2024-02-06", "account_id": "6100", "amount": "200.00",
         "currency": "EUR", "doc_type": "bill", "doc_id": "B3", "vendor_id": "V1", "department_id": "D3",
         "service_start": "2024-02-05", "status": "posted"},
    ],
    "contracts": [
        {"contract_id": "K1", "vendor_id": "V1", "start_date": "2024-01-01", "end_date": "2024-12-31",
         "currency": "EUR", "min_commit": "366.00"},
    ],
    "vendors": [
        {"vendor_id": "V1", "name": "Agency"},
        {"vendor_id": "V2", "name": "Ads", "platform_account_ids": "a1"},
    ],
    "accounts": [
        {"account_id": "6000", "name": "Media", "class": "expense", "is_marketing": True, "spend_category": "media"},
        {"account_id": "6100", "name": "Agency", "class": "expense", "is_marketing": True, "spend_category": "agency"},
    ],
    "departments": [
        {"department_id": "M", "name": "Marketing", "valid_from": "2023-01-01"},
        {"department_id": "D1", "name": "One", "parent_id": "M", "valid_from": "2023-01-01"},
        {"department_id": "D2", "name": "Two", "parent_id": "D1", "valid_from": "2023-01-01"},
        {"department_id": "D3", "name": "Three", "parent_id": "M", "valid_from": "2023-01-01",
         "valid_to": "2024-02-15"},
        {"department_id": "D3", "name": "Three", "parent_id": "D1", "valid_from": "2024-02-16"},
        *({"department_id": f"D{n}", "name": f"{n}", "valid_from": "2023-01-01"} for n in (4, 5, 6, 7, 8)),
    ],
    "campaigns": [
        _campaign("cA", "search", "D7"), _campaign("cB", "search", "D7"), _campaign("cC", "search", "D7"),
        _campaign("s1", "social", "D6"), _campaign("s2", "social", "D6"),
        _campaign("v1", "video", "D8"),
    ],
    "platform_spend": [
        _served("2024-01-10", "cA", "2112.00", clicks=24),
        _served("2024-01-11", "cB", "688.00", clicks=86),
        _served("2024-01-12", "cC", "33.00", clicks=3),
        _served("2024-01-15", "s2", "110.00", "USD", clicks=10),
        _served("2024-01-20", "v1", "50.00"),
        _served("2024-02-04", "s1", "60.00", clicks=6),
        _served("2024-02-09", "s1", "60.00", clicks=6),
    ],
    "planned_flights": [
        {"campaign_id": "s1", "start_date": "2024-02-06", "end_date": "2024-03-06", "planned_amount": "300.00",
         "currency": "EUR", "announced_on": "2024-01-20"},
        {"campaign_id": "s1", "start_date": "2024-05-01", "end_date": "2024-05-02", "planned_amount": "80.00",
         "currency": "EUR", "announced_on": "2024-02-11"},
    ],
    "budget_versions": [
        {"version_id": f"B{year}", "kind": "original", "fiscal_year": str(year), "status": "approved",
         "approved_on": "2023-12-01", "currency": "EUR"}
        for year in (2024, 2025)
    ],
    "budget_lines": [
        *(_line("B2024", "2024-02", "1000.00", f"D{n}", account_id="6100") for n in (1, 2, 3)),
        _line("B2024", "2024-02", "100.00", "D5"),
        _line("B2024", "2024-01", "100.00", "D6", channel="social"),
        _line("B2024", "2024-01", "880.00", "D7", channel="search", campaign_id="cA", quantity="10", unit="click"),
        _line("B2024", "2024-01", "720.00", "D7", channel="search", campaign_id="cB", quantity="90", unit="click"),
        # Nothing spent of the surplus, 20.00 too many of both; without a policy nothing is taken over.
        *(_line("B2024", f"2024-0{n}", "50.00", "D8", channel="social", carry="surplus") for n in (1, 2, 3)),
        *(_line("B2024", f"2024-0{n}", "30.00", "D8", channel="video", carry="both") for n in (1, 2, 3)),
        _line("B2024", "2024-01", "30.00", "D8", channel="display"),
        _line("B2024", "2024-02", "30.00", "D8", channel="display"),
        *(_line("B2025", f"2025-Q{n}", f"{90 + days}.00", "D1") for n, days in ((1, 0), (2, 1), (3, 2), (4, 2))),
    ],
    "fx_rates": [
        {"from_currency": "EUR", "to_currency": "USD", "date_day": day, "rate": rate, "rate_type": kind}
        for day, rate, kind in (
            ("2024-01-01", "1.10", "budget"), ("2024-01-10", "1.25", "spot"), ("2024-01-15", "1.25", "spot"),
            ("2024-02-01", "1.60", "spot"),
        )
    ],
}  # fmt: skip

"""The books of a company of four days around a month's end, and its shop. Their sums are stated in the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.data import World

Row = dict[str, Any]
HOME = "EUR"
# kind -> the one account that the world knows
ACCOUNTS = {
    "quickbooks": "4620816365",
    "xero": "b2c885a9-4bb9-4a00-9b6e-6c2bf60b1a2b",
    "netsuite": "1234567_SB1",
    "shopify": "nordhang-24.myshopify.com",
}

# journal, type, day, vendor, document; then account, amount[/home], department, campaign
_JOURNALS = """
J1 bill        2026-01-30 V1 GGL-1   | 4600 120.00 D1 9001 | 1576 22.80 . . | 1600 -142.80 . .
J2 bill        2026-01-31 V2 US-7    | 4610 100.00/90.00 D2 7001 | 1600 -100.00/-90.00 . .
J3 expense     2026-02-01 .  .       | 4920 0.50 D1 . | 1800 -0.50 . .
J4 bill_credit 2026-02-01 V1 GGL-1-C | 4600 -20.00 D1 9001 | 1600 20.00 . .
J5 journal     2026-02-02 .  .       | 4600 5.25 D1 9002 | 4920 -5.25 D1 .
J6 journal     2026-01-30 .  .       | 4920 7.00 D2 . | 4600 -7.00 D1 9001
"""


def small_books() -> World:
    """The small world, with a ledger, bills, a chart of accounts, vendors and orders."""
    from tests.fakes.data import FakeAccount, World

    world = World.small()
    world.tables |= {
        "ledger_entries": [row for line in _JOURNALS.strip().splitlines() for row in _journal(line)],
        "accounts": [
            {"account_id": number, "name": name, "class": kind}
            for number, name, kind in (
                ("1576", "Input tax", "asset"), ("1600", "Trade payables", "liability"), ("1800", "Bank", "asset"),
                ("4600", "Advertising", "expense"), ("4610", "Advertising abroad", "expense"),
                ("4920", "Telephone", "expense"), ("8400", "Sales", "income"),
            )
        ],
        "vendors": [
            {"vendor_id": "V1", "name": "Google Ireland", "tax_id": "IE6388047V", "country": "IE",
             "domain": "google.com", "currency": "EUR"},
            {"vendor_id": "V2", "name": "LinkedIn", "country": "US", "currency": "USD"},
        ],
        "vendor_invoices": _invoices(),
        "vendor_invoice_lines": _invoice_lines(),
        "conversions": _conversions(),
        "refunds": _refunds(),
    }  # fmt: skip
    for kind, account in ACCOUNTS.items():
        world.accounts[kind] = {account: FakeAccount(account, "Nordhang", HOME, "Europe/Berlin")}
    return world


def _journal(line: str) -> list[Row]:
    head, *postings = line.split("|")
    journal, kind, day, vendor, document = head.split()
    currency = "USD" if "/" in line else HOME
    found = []
    for number, posting in enumerate(postings, 1):
        account, amounts, department, campaign = posting.split()
        amount, _, home = amounts.partition("/")
        row = {
            "entry_id": f"{journal}-{number}", "journal_id": journal, "posting_date": date.fromisoformat(day),
            "account_id": account, "amount": Decimal(amount), "currency": currency,
            "amount_home": Decimal(home or amount), "fx_rate": Decimal("0.90") if home else None,
            "doc_type": kind, "vendor_id": vendor, "doc_id": document, "department_id": department,
            "campaign_id": campaign, "memo": f"{kind} {journal}", "status": "posted",
        }  # fmt: skip
        found.append({name: None if value == "." else value for name, value in row.items()})
    return found


def _invoices() -> list[Row]:
    """B1 open, B2 paid, B3 stated with tax inside and voided, C1 a credit to B1."""
    facts = (
        ("B1", "V1", "GGL-1", "2026-01-30", HOME, "120.00", "22.80", "approved", None),
        ("B2", "V2", "US-7", "2026-01-31", "USD", "100.00", "0", "paid", date(2026, 2, 2)),
        ("B3-incl", "V1", "GGL-2", "2026-02-01", HOME, "50.00", "9.50", "voided", None),
        ("C1", "V1", "GGL-1-C", "2026-02-01", HOME, "-20.00", "-3.80", "approved", None),
    )
    return [
        {
            "invoice_id": invoice, "vendor_id": vendor, "invoice_number": number,
            "invoice_date": date.fromisoformat(day), "due_date": date(2026, 3, 1), "currency": currency,
            "net_amount": Decimal(net), "tax_amount": Decimal(tax), "gross_amount": Decimal(net) + Decimal(tax),
            "status": status, "paid_on": paid, "original_invoice_id": "B1" if invoice == "C1" else None,
        }
        for invoice, vendor, number, day, currency, net, tax, status, paid in facts
    ]  # fmt: skip


def _invoice_lines() -> list[Row]:
    facts = (
        ("B1", "1", "100.00", "19.00", "9001", None),
        ("B1", "2", "20.00", "3.80", None, ("media", "4", "5.00")),
        ("B2", "1", "100.00", "0", "7001", None),
        ("B3-incl", "1", "50.00", "9.50", None, None),
        ("C1", "1", "-20.00", "-3.80", "9001", None),
    )
    return [
        {
            "invoice_id": invoice, "line_no": line, "net_amount": Decimal(net), "tax_amount": Decimal(tax),
            "campaign_id": campaign, "description": f"line {line}", "item": item[0] if item else None,
            "qty": Decimal(item[1]) if item else None, "unit_price": Decimal(item[2]) if item else None,
        }
        for invoice, line, net, tax, campaign, item in facts
    ]  # fmt: skip


def _conversions() -> list[Row]:
    """O2 is at 23:30 on 31 January in Berlin, O3 half an hour into February."""
    facts = (
        ("O1", datetime(2026, 1, 30, 10, 0, tzinfo=UTC), "100.00", HOME, "K1", True),
        ("O2", datetime(2026, 1, 31, 22, 30, tzinfo=UTC), "50.50", HOME, "K1", False),
        ("O3", datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "20.00", "USD", "K2", True),
        ("O4", datetime(2026, 2, 2, 8, 0, tzinfo=UTC), "9.99", HOME, None, None),
    )
    return [
        {
            "conversion_id": order, "user_id": f"visitor-{order}", "converted_at": moment, "revenue": Decimal(revenue),
            "currency": currency, "conversion_type": "purchase", "customer_id": customer, "order_id": order,
            "margin": Decimal(revenue) / 2, "is_first": first,
        }
        for order, moment, revenue, currency, customer, first in facts
    ]  # fmt: skip


def _refunds() -> list[Row]:
    return [
        {"refund_id": "R1", "conversion_id": "O1", "refunded_at": datetime(2026, 2, 1, 9, 0, tzinfo=UTC),
         "amount": Decimal("40.00"), "currency": HOME},
        {"refund_id": "R2", "conversion_id": "O3", "refunded_at": datetime(2026, 2, 2, 9, 0, tzinfo=UTC),
         "amount": Decimal("20.00"), "currency": "USD"},
    ]  # fmt: skip

"""A company small enough to reconcile by hand: one vendor for each way in which bill, posting and delivery can differ.

Home currency EUR; it is 30 April 2024. Vendors VA, VB ... deliver through ad accounts a, b ...; a euro is 1.25 dollars.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

AS_OF = "2024-04-30"
MARCH = {"service_start": "2024-03-01", "service_end": "2024-03-31"}
JANUARY = {"service_start": "2024-01-01", "service_end": "2024-01-31"}


class Books:
    """Collects rows; the names of a case's vendor and ad account follow from its letter."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._entries = 0

    def vendor(self, letter: str, **more: Any) -> None:
        self.rows["vendors"].append(
            {"vendor_id": f"V{letter}", "name": f"Vendor {letter}", "platform_account_ids": letter.lower()} | more
        )

    def served(self, letter: str, day: str, spend: str, currency: str = "EUR", **more: Any) -> None:
        self.rows["platform_spend"].append(
            {"platform": "ads", "account_id": letter.lower(), "campaign_id": f"c-{letter.lower()}", "date_day": day,
             "spend": spend, "currency": currency} | more
        )  # fmt: skip

    def billed(self, letter: str, number: str, amount: str, kind: str = "media", **more: Any) -> None:
        self.rows["platform_invoices"].append(
            {"invoice_id": f"B-{number}", "invoice_number": number, "account_id": letter.lower(),
             "service_month": "2024-03-01", "line_kind": kind, "amount": amount, "currency": "EUR",
             "invoice_date": "2024-04-03"} | more
        )  # fmt: skip

    def entered(self, letter: str, number: str, net: str, **more: Any) -> None:
        self.rows["vendor_invoices"].append(
            {"invoice_id": f"P-{number}", "vendor_id": f"V{letter}", "invoice_number": number, "net_amount": net,
             "invoice_date": "2024-04-03", "currency": "EUR", "status": "approved", **MARCH} | more
        )  # fmt: skip

    def posted(self, letter: str, amount: str, number: str | None = None, account: str = "6000", **more: Any) -> None:
        self._entries += 1
        self.rows["ledger_entries"].append(
            {"entry_id": f"E{self._entries}", "journal_id": f"J{self._entries}", "posting_date": "2024-04-08",
             "account_id": account, "amount": amount, "currency": "EUR", "vendor_id": f"V{letter}", "doc_type": "bill",
             "doc_id": number, "status": "posted", **MARCH} | more
        )  # fmt: skip


def small_books() -> dict[str, list[dict[str, Any]]]:
    """The rows of the company."""
    books = Books()
    books.rows["accounts"] += [
        {"account_id": "6000", "name": "Media", "class": "expense", "is_marketing": True, "spend_category": "media"},
        {"account_id": "6200", "name": "Duties", "class": "expense", "is_marketing": True, "spend_category": "tax_fee"},
        {"account_id": "7000", "name": "Licences", "class": "expense", "is_marketing": False},
        {"account_id": "1000", "name": "Bank", "class": "asset", "is_marketing": False},
    ]
    books.rows["fx_rates"] += [
        {"from_currency": "EUR", "to_currency": "USD", "date_day": day, "rate": "1.25"}
        for day in ("2024-03-01", "2024-03-08", "2024-03-15", "2024-03-22", "2024-03-29", "2024-04-05", "2024-04-12",
                    "2024-04-19", "2024-04-26")
    ]  # fmt: skip
    books.rows["fiscal_periods"].append(
        {"period_id": "2024-03", "status": "closed", "closed_at": "2024-04-12 12:00:00"}
    )
    _documents(books)
    _amounts(books)
    _ledgers(books)
    books.vendor("Z", platform_account_ids=None)  # no delivery feed: nothing to reconcile
    books.posted("Z", "77.00")
    return dict(books.rows)


def _documents(books: Books) -> None:
    """How a posting finds its bill."""
    books.vendor("A")  # by the invoice's number, written in another way
    books.served("A", "2024-03-10", "100.00")
    books.billed("A", "A-1/24", "100.00")
    books.posted("A", "100.00", "A124")
    books.vendor("B")  # by the order: the vendor's invoice has another number than the platform's
    books.served("B", "2024-03-10", "100.00")
    books.billed("B", "B-77", "100.00", po_number="PO-9")
    books.entered("B", "2024/55", "100.00", po_number="PO-9")
    books.posted("B", "100.00", "2024/55")
    books.vendor("C")  # by amount and date: no number, no dates of service, so the ledger holds it in April
    books.served("C", "2024-03-10", "100.00")
    books.billed("C", "C-1", "100.00")
    books.posted("C", "100.00", service_start=None, service_end=None)
    books.vendor("D")  # one posting for two bills
    books.served("D", "2024-03-10", "60.00")
    books.served("D", "2024-03-11", "40.00", account_id="d2")
    books.rows["vendors"][-1]["platform_account_ids"] = "d|d2"
    books.billed("D", "D-1", "60.00")
    books.billed("D", "D-2", "40.00", account_id="d2")
    books.posted("D", "100.00", "statement")
    books.vendor("E")  # card charges: 40.00 and 50.00 in March, 30.00 on 2 April, for 120.00 delivered
    for day in ("2024-03-05", "2024-03-15", "2024-03-25"):
        books.served("E", day, "40.00")
    for day, amount in (("2024-03-12", "40.00"), ("2024-03-24", "50.00"), ("2024-04-02", "30.00")):
        books.posted("E", amount, posting_date=day, doc_type="expense", service_start=None, service_end=None)


def _amounts(books: Books) -> None:
    """What may differ between them."""
    books.vendor("F")  # fee and credit on the bill, tax that nobody gives back inside the posting
    books.served("F", "2024-03-10", "100.00")
    books.billed("F", "F-1", "100.00")
    books.billed("F", "F-1", "5.00", "regulatory_fee")
    books.billed("F", "F-1", "-3.00", "overdelivery_credit")
    books.posted("F", "121.38", "F-1", tax_amount="19.38")
    books.vendor("G")  # one line on an account that is not marketing's
    books.served("G", "2024-03-10", "100.00")
    books.billed("G", "G-1", "100.00")
    books.posted("G", "70.00", "G-1")
    books.posted("G", "30.00", "G-1", account="7000")
    books.vendor("H")  # posted twice
    books.served("H", "2024-03-10", "100.00")
    books.billed("H", "H-1", "100.00")
    books.posted("H", "100.00", "H-1")
    books.posted("H", "100.00", "H-1", posting_date="2024-04-15")
    books.vendor("I")  # keyed in with two digits swapped, and one cent of rounding
    books.served("I", "2024-03-10", "154.01")
    books.billed("I", "I-1", "154.00")
    books.posted("I", "145.00", "I-1")
    books.vendor("J")  # dollars: served and billed 125.00, 100.00 at home; posted at 0.82 as 102.50
    books.served("J", "2024-03-10", "125.00", "USD")
    books.billed("J", "J-1", "125.00", currency="USD")
    books.posted("J", "125.00", "J-1", currency="USD", amount_home="102.50")
    books.vendor("K")  # the same dollars, posted in euros
    books.served("K", "2024-03-10", "125.00", "USD")
    books.billed("K", "K-1", "125.00", currency="USD")
    books.posted("K", "101.00", "K-1")
    books.vendor("L")  # told as 100.00, billed so, later told as 90.00
    books.served("L", "2024-03-10", "100.00", delivery_no=1)
    books.served("L", "2024-03-10", "90.00", delivery_no=2)
    books.billed("L", "L-1", "100.00")
    books.posted("L", "100.00", "L-1")
    books.vendor("M")  # the bill says 110.00 were served, the feed never did
    books.served("M", "2024-03-10", "100.00")
    books.billed("M", "M-1", "110.00", served_amount="110.00")
    books.posted("M", "110.00", "M-1")

    books.vendor("S")  # 10 thousand at 11.00 where 10.00 is agreed
    books.served("S", "2024-03-10", "100.00")
    books.billed("S", "S-1", "110.00")
    books.entered("S", "S-1", "110.00")
    books.posted("S", "110.00", "S-1", posting_date="2024-04-20")
    books.rows["contract_rates"] += [
        {"contract_id": "K", "item": "banner", "unit": "impression_k", "valid_from": day, "unit_price": price}
        for day, price in (("2023-01-01", "9.00"), ("2024-01-01", "10.00"), ("2024-04-01", "8.00"))
    ]
    books.rows["vendor_invoice_lines"].append(
        {"invoice_id": "P-S-1", "line_no": "1", "net_amount": "110.00", "item": "banner", "qty": "10",
         "unit": "impression_k", "unit_price": "11.00", "contract_id": "K", "line_kind": "media"}
    )  # fmt: skip


def _ledgers(books: Books) -> None:
    """What stands in the ledger without a bill, or does not stand there."""
    books.vendor("N")  # January: served, no bill, 90 days ago; April runs
    books.served("N", "2024-01-10", "100.00")
    books.served("N", "2024-04-10", "20.00")
    books.vendor("O")  # billed, not posted; an accrual of 80.00 still stands
    books.served("O", "2024-03-10", "100.00")
    books.billed("O", "O-1", "100.00")
    books.entered("O", "O-1", "100.00")
    books.posted("O", "80.00", doc_type="accrual", posting_date="2024-03-31")
    books.vendor("P")  # posted, and its accrual never taken back
    books.served("P", "2024-03-10", "100.00")
    books.billed("P", "P-1", "100.00")
    books.posted("P", "80.00", doc_type="accrual", posting_date="2024-03-31")
    books.posted("P", "100.00", "P-1")
    books.vendor("Q")  # the bill entered twice under two numbers, and both posted
    books.served("Q", "2024-03-10", "100.00")
    books.billed("Q", "Q-1", "100.00")
    books.entered("Q", "Q-1", "100.00")
    books.entered("Q", "Q-1A", "100.00", invoice_date="2024-04-12")
    books.posted("Q", "100.00", "Q-1")
    books.posted("Q", "100.00", "Q-1A", posting_date="2024-04-15")
    books.vendor("R")  # media of a month in which nothing was delivered; a duty without a bill
    books.served("R", "2024-01-10", "10.00")
    books.posted("R", "10.00", **JANUARY)
    books.posted("R", "55.00", "R-9")
    books.posted("R", "4.00", "R-8", account="6200", **JANUARY)

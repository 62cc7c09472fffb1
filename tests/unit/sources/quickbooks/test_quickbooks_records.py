"""QuickBooks: bills and vendor credits, accounts and vendors from the query service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from outlay.sources.fetched.errors import FetchError
from tests.unit.sources.books_asking import Open, sums


def bills(open_books: Open) -> dict[str, dict[str, Any]]:
    return {row["invoice_id"]: row for row in open_books("quickbooks", "vendor_invoices").rows()}


class TestBills:
    def test_bills_are_positive_and_credits_negative(self, open_books: Open) -> None:
        rows = bills(open_books)
        found = {key: (row["net_amount"], row["tax_amount"], row["gross_amount"]) for key, row in rows.items()}
        assert found == {
            "Bill-B1": (Decimal("120.00"), Decimal("22.80"), Decimal("142.80")),
            "Bill-B2": (Decimal(100), Decimal(0), Decimal(100)),
            "Bill-B3-incl": (Decimal(0), Decimal(0), Decimal(0)),
            "VendorCredit-C1": (Decimal("-20.00"), Decimal("-3.80"), Decimal("-23.80")),
        }
        assert {row["type"] for row in rows.values() if row["net_amount"] < 0} == {"credit_memo"}

    def test_the_status_follows_from_what_is_open(self, open_books: Open) -> None:
        rows = bills(open_books)
        assert [rows[key]["status"] for key in ("Bill-B1", "Bill-B2", "Bill-B3-incl")] == ["approved", "paid", "voided"]

    def test_lines_are_without_subtotals(self, open_books: Open) -> None:
        rows = open_books("quickbooks", "vendor_invoice_lines", class_is="campaign_id").rows()
        assert sums(rows, "invoice_id", "net_amount") == {
            "Bill-B1": Decimal(120), "Bill-B2": Decimal(100), "Bill-B3-incl": Decimal(0),
            "VendorCredit-C1": Decimal(-20),
        }  # fmt: skip
        assert (rows[0]["campaign_id"], rows[1]["item"], rows[1]["qty"], rows[1]["unit_price"]) == (
            "9001",
            "media",
            4,
            5,
        )

    def test_bills_before_the_start_are_not_asked_for(self, open_books: Open) -> None:
        rows = open_books("quickbooks", "vendor_invoices", start=date(2026, 1, 31)).rows()
        assert [row["invoice_number"] for row in rows] == ["US-7", "GGL-2", "GGL-1-C"]

    def test_more_bills_than_a_page_holds(self, open_books: Open) -> None:
        asked = open_books("quickbooks", "vendor_invoices")
        bill = asked.world.tables["vendor_invoices"][0]
        asked.world.tables["vendor_invoices"] = [bill | {"invoice_id": f"N{number:04d}"} for number in range(1001)]
        rows = asked.rows()
        assert len({row["invoice_id"] for row in rows}) == 1001
        assert sum(row["net_amount"] for row in rows) == Decimal("120120.00")

    def test_fewer_bills_than_counted_are_refused(self, open_books: Open) -> None:
        asked = open_books("quickbooks", "vendor_invoices")
        asked.fault("lost_row")
        with pytest.raises(FetchError, match="counts 3 of Bill and gave 2"):
            asked.rows()


def test_accounts_bear_the_ids_of_the_ledger(open_books: Open) -> None:
    by_number = open_books("quickbooks", "accounts").rows()
    by_id = open_books("quickbooks", "accounts", account_ids="id").rows()
    assert [row["account_id"] for row in by_number][:2] == ["1576", "1600"]
    assert [row["account_id"] for row in by_id][:2] == ["id-1576", "id-1600"]
    assert {row["account_id"]: row["class"] for row in by_number}["8400"] == "income"
    assert {row["account_id"] for row in open_books("quickbooks", account_ids="id").rows()} <= {
        row["account_id"] for row in by_id
    }


def test_vendors(open_books: Open) -> None:
    first, second = open_books("quickbooks", "vendors").rows()
    assert (first["name"], first["domain"], first["country"], first["tax_id"]) == (
        "Google Ireland", "google.com", "IE", "IE6388047V",
    )  # fmt: skip
    assert (second["vendor_id"], second["domain"], second["currency"]) == ("V2", None, "USD")

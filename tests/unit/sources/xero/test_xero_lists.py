"""Xero: bills and credit notes with their lines, accounts and contacts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from outlay.sources.fetched.errors import FetchError
from tests.unit.sources.books_asking import Open, sums


class TestBills:
    def test_credit_notes_are_negative_and_name_their_bill(self, open_books: Open) -> None:
        rows = {row["invoice_id"]: row for row in open_books("xero", "vendor_invoices").rows()}
        found = {key: (row["net_amount"], row["tax_amount"], row["gross_amount"]) for key, row in rows.items()}
        assert found == {
            "B1": (Decimal("120.00"), Decimal("22.80"), Decimal("142.80")),
            "B2": (Decimal(100), Decimal(0), Decimal(100)),
            "B3-incl": (Decimal(50), Decimal("9.50"), Decimal("59.50")),
            "C1": (Decimal(-20), Decimal("-3.80"), Decimal("-23.80")),
        }
        assert (rows["C1"]["type"], rows["C1"]["original_invoice_id"]) == ("credit_memo", "B1")

    def test_a_voided_bill_keeps_its_total_and_says_so(self, open_books: Open) -> None:
        rows = open_books("xero", "vendor_invoices").rows()
        assert [(row["invoice_id"], row["status"], row.get("paid_on")) for row in rows] == [
            ("B1", "approved", None), ("B2", "paid", date(2026, 2, 2)), ("B3-incl", "voided", None),
            ("C1", "approved", None),
        ]  # fmt: skip

    def test_a_bill_that_is_paid_in_part(self, open_books: Open) -> None:
        asked = open_books("xero", "vendor_invoices")
        asked.world.tables["vendor_invoices"][0]["status"] = "part_paid"
        assert asked.rows()[0]["status"] == "part_paid"

    def test_lines_are_net_where_tax_is_inside(self, open_books: Open) -> None:
        asked = open_books("xero", "vendor_invoice_lines", tracking=["campaign_id = Campaign"])
        rows = asked.rows()
        assert sums(rows, "invoice_id", "net_amount") == {
            "B1": Decimal(120), "B2": Decimal(100), "B3-incl": Decimal(50), "C1": Decimal(-20),
        }  # fmt: skip
        assert '"LineAmount":59.5' in asked.pages[0].body.read_text()
        assert [row.get("campaign_id") for row in rows] == ["9001", None, "7001", None, "9001"]

    def test_bills_before_the_start_are_not_asked_for(self, open_books: Open) -> None:
        rows = open_books("xero", "vendor_invoices", start=date(2026, 2, 1)).rows()
        assert [row["invoice_id"] for row in rows] == ["B3-incl", "C1"]

    def test_pages_are_asked_until_one_is_empty(self, open_books: Open) -> None:
        asked = open_books("xero", "vendor_invoices")
        asked.world.switches["xero_page_size"] = 2
        assert len(asked.rows()) == 4
        # 3 bills: two pages and an empty one; a credit note: one and an empty one.
        assert asked.asked("rows") == 5

    def test_fewer_bills_than_counted_are_refused(self, open_books: Open) -> None:
        asked = open_books("xero", "vendor_invoices")
        asked.fault("lost_row")
        with pytest.raises(FetchError, match="counts 3 of Invoices and gave 2"):
            asked.rows()


def test_accounts_bear_the_ids_of_the_ledger(open_books: Open) -> None:
    rows = open_books("xero", "accounts").rows()
    assert {row["account_id"]: row["class"] for row in rows} == {
        "1576": "asset", "1600": "liability", "1800": "asset", "4600": "expense", "4610": "expense",
        "4920": "expense", "8400": "income",
    }  # fmt: skip
    ids = {row["account_id"] for row in open_books("xero", "accounts", account_ids="id").rows()}
    assert {row["account_id"] for row in open_books("xero", account_ids="id").rows()} < ids


def test_a_contacts_bank_account_is_not_to_be_read(open_books: Open) -> None:
    first, second = open_books("xero", "vendors").rows()
    assert (first["vendor_id"], first["name"], first["domain"], first["country"], first["currency"]) == (
        "V1", "Google Ireland", "google.com", "IE", "EUR",
    )  # fmt: skip
    # echo -n DE02120300000000202051 | sha256sum
    assert first["bank_hash"].startswith("fffc90cdec1f606e")
    assert second["tax_id"] is None

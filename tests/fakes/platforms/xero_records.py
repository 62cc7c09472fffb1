"""Journals, bills, credit notes, accounts and contacts as Xero writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json
from tests.fakes.platforms.books import ZERO, Row, grouped, home, is_posted, milliseconds, rows

if TYPE_CHECKING:
    from tests.fakes.data import World

_TYPES = {"bill": "ACCPAY", "bill_credit": "ACCPAYCREDIT", "payment": "ACCPAYPAYMENT", "expense": "CASHPAID",
          "journal": "MANJOURNAL", "transfer": "TRANSFER"}  # fmt: skip
_STATUSES = {"awaiting": "SUBMITTED", "approved": "AUTHORISED", "part_paid": "AUTHORISED"}
_CLASSES = {"income": "REVENUE"}


def journals(world: World) -> list[Json]:
    """Numbered in the order in which they were posted; that is not the order of their dates."""
    posted = grouped((row for row in rows(world, "ledger_entries") if is_posted(row)), "journal_id")
    documents = {row["invoice_number"]: row["invoice_id"] for row in rows(world, "vendor_invoices")}
    return [_journal(number, lines, documents) for number, lines in enumerate(posted.values(), 1)]


def _journal(number: int, lines: list[Row], documents: dict[str, str]) -> Json:
    """What posted it is known by its id, which is the bill's where there is such a bill."""
    head = lines[0]
    kind = head.get("doc_type") or "journal"
    return {
        "JournalID": head["journal_id"],
        "JournalDate": milliseconds(head["posting_date"]),
        "JournalNumber": number,
        "CreatedDateUTC": milliseconds(head.get("source_updated_at") or head["posting_date"]),
        "Reference": "",
        "SourceID": documents.get(head.get("doc_id") or "", head.get("doc_id")),
        "SourceType": _TYPES.get(kind, kind.upper()),
        "JournalLines": [_journal_line(line) for line in lines],
    }


def _journal_line(line: Row) -> Json:
    tracking = {"Department": line.get("department_id"), "Campaign": line.get("campaign_id")}
    net = home(line)
    return {
        "JournalLineID": line["entry_id"],
        "AccountID": f"id-{line['account_id']}",
        "AccountCode": line["account_id"],
        "AccountType": "EXPENSE",
        "AccountName": line["account_id"],
        "Description": line.get("memo") or "",
        "NetAmount": net,
        # With tax on top: summing it would put the journal out of balance.
        "GrossAmount": net * Decimal("1.19") if net > 0 else net,
        "TaxAmount": net * Decimal("0.19") if net > 0 else 0,
        "TaxType": "INPUT",
        "TaxName": "19 %",
        "TrackingCategories": [
            {"Name": name, "Option": option, "TrackingCategoryID": f"id-{name}"}
            for name, option in tracking.items() if option
        ],
    }  # fmt: skip


def records(world: World, name: str, first: str) -> list[Json]:
    """A list's records, by id; documents dated before `first` (year,month,day) are left out."""
    if name == "Accounts":
        return [_account(row) for row in rows(world, "accounts")]
    if name == "Contacts":
        return [_contact(row) for row in rows(world, "vendors")]
    if name == "BankTransactions":
        return []
    lines = grouped(rows(world, "vendor_invoice_lines"), "invoice_id")
    return [
        _document(row, lines.get(row["invoice_id"], []), name)
        for row in sorted(rows(world, "vendor_invoices"), key=lambda row: row["invoice_id"])
        if (row["net_amount"] < 0) == (name == "CreditNotes") and f"{row['invoice_date']:%Y-%m-%d}" >= first
    ]


def _document(row: Row, lines: list[Row], name: str) -> Json:
    is_credit = name == "CreditNotes"
    sign, tax = (-1 if is_credit else 1), row.get("tax_amount") or ZERO
    status = row.get("status") or "approved"
    id_, number = ("CreditNoteID", "CreditNoteNumber") if is_credit else ("InvoiceID", "InvoiceNumber")
    document: Json = {
        "Type": "ACCPAYCREDIT" if is_credit else "ACCPAY",
        id_: row["invoice_id"],
        number: row["invoice_number"],
        "Contact": {"ContactID": row["vendor_id"], "Name": row["vendor_id"]},
        "Date": milliseconds(row["invoice_date"]),
        "DateString": f"{row['invoice_date']}T00:00:00",
        "Status": _STATUSES.get(status, status.upper()),
        "LineAmountTypes": "Inclusive" if row.get("invoice_id", "").endswith("-incl") else "Exclusive",
        "SubTotal": sign * row["net_amount"],
        "TotalTax": sign * tax,
        "Total": sign * (row["net_amount"] + tax),
        "CurrencyCode": row["currency"],
        "UpdatedDateUTC": milliseconds(row.get("source_updated_at") or row["invoice_date"]),
    }
    document["LineItems"] = [_line(line, sign, document["LineAmountTypes"] == "Inclusive") for line in lines]
    if is_credit and row.get("original_invoice_id"):
        document["Allocations"] = [
            {"Amount": document["Total"], "Invoice": {"InvoiceID": row["original_invoice_id"]}}
        ]  # fmt: skip
    if not is_credit:
        document["DueDate"] = milliseconds(row.get("due_date"))
        document["AmountPaid"] = document["Total"] if row.get("paid_on") else Decimal(1 if status == "part_paid" else 0)
        document["FullyPaidOnDate"] = milliseconds(row.get("paid_on"))
    return document


def _line(line: Row, sign: int, is_inclusive: bool) -> Json:
    tax = line.get("tax_amount") or ZERO
    return {
        "LineItemID": line["line_no"],
        "Description": line.get("description"),
        "ItemCode": line.get("item"),
        "Quantity": line.get("qty"),
        "UnitAmount": line.get("unit_price"),
        "LineAmount": sign * (line["net_amount"] + (tax if is_inclusive else 0)),
        "TaxAmount": sign * tax,
        "TaxType": "INPUT",
        "AccountCode": "4600",
        "Tracking": [{"Name": "Campaign", "Option": line["campaign_id"]}] if line.get("campaign_id") else [],
    }


def _account(row: Row) -> Json:
    return {
        "AccountID": f"id-{row['account_id']}",
        "Code": row["account_id"],
        "Name": row["name"],
        "Status": "ACTIVE",
        "Type": "EXPENSE",
        "Class": _CLASSES.get(row["class"], row["class"].upper()),
        "UpdatedDateUTC": "/Date(1767322445000+0000)/",
    }


def _contact(row: Row) -> Json:
    return {
        "ContactID": row["vendor_id"],
        "Name": row["name"],
        "ContactStatus": "ACTIVE",
        "IsSupplier": True,
        "IsCustomer": False,
        "TaxNumber": row.get("tax_id"),
        "DefaultCurrency": row.get("currency"),
        "EmailAddress": f"billing@{row['domain']}" if row.get("domain") else "",
        "BankAccountDetails": "DE02 1203 0000 0000 2020 51",
        "Addresses": [{"AddressType": "POBOX", "Country": row.get("country") or ""}],
        "UpdatedDateUTC": "/Date(1767322445000+0000)/",
    }

"""Reads bills and credit notes, accounts and contacts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.protocol import Account, Reading, Row
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.xero.values import Naming, xero_day, xero_moment

_UPDATED = Field("source_updated_at", "UpdatedDateUTC", xero_moment)
_HEAD = (
    Field("vendor_id", "Contact.ContactID", required=True),
    Field("invoice_date", "Date", xero_day, required=True),
    Field("currency", "CurrencyCode", "currency"),
    Field("net_amount", "SubTotal", "money", required=True),
    Field("tax_amount", "TotalTax", "money", default=Decimal(0)),
    Field("gross_amount", "Total", "money", required=True),
    Field("paid_on", "FullyPaidOnDate", xero_day),
    Field("_status", "Status", required=True),
    _UPDATED,
)
_HEAD_KNOWN = (
    "Type", "LineItems", "LineAmountTypes", "DateString", "DueDateString", "Contact.Name", "Contact.Addresses",
    "Contact.Phones", "Contact.ContactGroups", "Contact.ContactPersons", "Contact.HasValidationErrors",
    "Contact.SalesTrackingCategories", "Contact.PurchasesTrackingCategories", "Contact.ContactStatus",
    "CurrencyRate", "HasAttachments", "HasErrors", "IsDiscounted", "BrandingThemeID", "SentToContact", "Payments",
    "Allocations", "Attachments", "ValidationErrors", "StatusAttributeString", "PlannedPaymentDate",
    "RepeatingInvoiceID",
    "ExpectedPaymentDate", "InvoicePaymentServices", "InvoiceAddresses", "Url", "CISDeduction", "CISRate",
)  # fmt: skip
_INVOICE = Shape(
    [
        *_HEAD,
        Field("invoice_id", "InvoiceID", required=True),
        Field("invoice_number", "InvoiceNumber"),
        Field("due_date", "DueDate", xero_day),
        Field("_settled", "AmountPaid", "money", default=Decimal(0)),
    ],
    known=(
        *_HEAD_KNOWN, "Reference", "AmountDue", "AmountCredited", "CreditNotes", "Overpayments", "Prepayments",
        "TotalDiscount",
    ),
)  # fmt: skip
_CREDIT = Shape(
    [
        *_HEAD,
        Field("invoice_id", "CreditNoteID", required=True),
        Field("invoice_number", "CreditNoteNumber"),
        Field("_settled", "AppliedAmount", "money", default=Decimal(0)),
    ],
    known=(*_HEAD_KNOWN, "Reference", "RemainingCredit", "DueDate"),
)
_LINE = Shape(
    [
        Field("line_no", "LineItemID"),
        Field("net_amount", "LineAmount", "money", required=True),
        Field("tax_amount", "TaxAmount", "money", default=Decimal(0)),
        Field("item", "ItemCode"),
        Field("description", "Description"),
        Field("qty", "Quantity", "number"),
        Field("unit_price", "UnitAmount", "number"),
    ],
    known=(
        "AccountCode", "AccountID", "TaxType", "Tracking", "DiscountRate", "DiscountAmount", "Item", "ValidationErrors",
        "RepeatingInvoiceID", "Taxability", "SalesTaxCodeId",
    ),
)  # fmt: skip
_ACCOUNT = Shape(
    [
        Field("_id", "AccountID", required=True),
        Field("_code", "Code"),
        Field("name", "Name", required=True),
        Field("class", "Class", required=True),
        _UPDATED,
    ],
    known=(
        "Type", "Status", "Description", "BankAccountType", "BankAccountNumber", "CurrencyCode", "TaxType",
        "EnablePaymentsToAccount", "ShowInExpenseClaims", "SystemAccount", "ReportingCode", "ReportingCodeName",
        "HasAttachments", "AddToWatchlist", "ValidationErrors",
    ),
)  # fmt: skip
_CONTACT = Shape(
    [
        Field("vendor_id", "ContactID", required=True),
        Field("name", "Name", required=True),
        Field("tax_id", "TaxNumber"),
        Field("currency", "DefaultCurrency", "currency"),
        Field("merged_into", "MergedToContactID"),
        Field("_bank", "BankAccountDetails"),
        Field("_mail", "EmailAddress"),
        Field("_web", "Website"),
        _UPDATED,
    ],
    known=(
        "ContactNumber", "AccountNumber", "ContactStatus", "FirstName", "LastName", "CompanyNumber", "Addresses",
        "Phones", "IsSupplier", "IsCustomer", "ContactPersons", "ContactGroups", "HasAttachments",
        "HasValidationErrors", "SalesTrackingCategories", "PurchasesTrackingCategories", "PaymentTerms",
        "Balances", "BatchPayments",
        "BrandingTheme", "Discount", "XeroNetworkKey", "SalesDefaultAccountCode", "PurchasesDefaultAccountCode",
        "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType", "AccountsReceivableTaxType",
        "AccountsPayableTaxType", "TrackingCategoryName", "TrackingCategoryOption", "TaxNumberType", "Attachments",
        "ValidationErrors", "StatusAttributeString",
    ),
)  # fmt: skip
_STATUSES = {"SUBMITTED": "awaiting", "AUTHORISED": "approved"}
_CLASSES = {"REVENUE": "income"}
_TRACKED = ("campaign_id", "channel")


def invoices(record: Any, role: str, account: Account, naming: Naming, reading: Reading) -> Iterator[Row]:
    """A bill as an invoice; a credit note as a credit memo of negative amounts, tied to its bill where it has one."""
    is_credit = role == "CreditNotes"
    read = (_CREDIT if is_credit else _INVOICE).read(record, reading)
    status, settled = read.pop("_status"), read.pop("_settled")
    if is_credit:
        read |= {name: -read[name] for name in ("net_amount", "tax_amount", "gross_amount")}
        read["original_invoice_id"] = _original(record)
    yield read | {
        "invoice_number": read["invoice_number"] or read["invoice_id"],
        "currency": read["currency"] or account.currency,
        "type": "credit_memo" if is_credit else "invoice",
        # The header of a voided bill keeps its total; the status is what takes it out.
        "status": "part_paid" if status == "AUTHORISED" and settled else _STATUSES.get(status, status.lower()),
    }


def lines(record: Any, role: str, account: Account, naming: Naming, reading: Reading) -> Iterator[Row]:
    """The lines of a bill or credit note, net of tax."""
    is_credit = role == "CreditNotes"
    document = record["CreditNoteID" if is_credit else "InvoiceID"]
    for position, line in enumerate(record.get("LineItems") or (), 1):
        if line.get("LineAmount") is None:
            continue  # a line of text
        read = _LINE.read(line, reading)
        if record.get("LineAmountTypes") == "Inclusive":
            read["net_amount"] -= read["tax_amount"]
        if is_credit:
            read |= {"net_amount": -read["net_amount"], "tax_amount": -read["tax_amount"]}
        yield {
            **read,
            **naming.tracked(line.get("Tracking"), _TRACKED),
            "invoice_id": document,
            "line_no": read["line_no"] or str(position),
        }


def accounts(record: Any, role: str, account: Account, naming: Naming, reading: Reading) -> Iterator[Row]:
    """An account, named as the ledger's lines name it."""
    read = _ACCOUNT.read(record, reading)
    code, id_, kind = read.pop("_code"), read.pop("_id"), read["class"]
    yield read | {"account_id": naming.account(code, id_), "class": _CLASSES.get(kind, kind.lower())}


def vendors(record: Any, role: str, account: Account, naming: Naming, reading: Reading) -> Iterator[Row]:
    """A contact that is not a customer only. Its bank account is kept as a hash: to be compared, not to be read."""
    if record.get("IsCustomer") and not record.get("IsSupplier"):
        return
    read = _CONTACT.read(record, reading)
    bank, mail, web = read.pop("_bank"), read.pop("_mail"), read.pop("_web")
    host = web.split("://")[-1].split("/")[0].removeprefix("www.") if web else None
    yield read | {
        "domain": host or (mail.rpartition("@")[2] if mail else None),
        "bank_hash": hashlib.sha256("".join(bank.split()).encode()).hexdigest() if bank else None,
        "country": next((one["Country"] for one in record.get("Addresses") or () if one.get("Country")), None),
    }


def _original(record: Any) -> str | None:
    """The bill that a credit note was allocated to, if it is one."""
    bills = {one.get("Invoice", {}).get("InvoiceID") for one in record.get("Allocations") or ()} - {None}
    return bills.pop() if len(bills) == 1 else None

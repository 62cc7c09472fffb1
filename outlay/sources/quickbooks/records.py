"""Reads what QuickBooks' query interface gives: bills and vendor credits, their lines, accounts and vendors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.protocol import Account, Reading, Row
from outlay.sources.fetched.shapes import Field, Shape

_EVERYWHERE = ("domain", "sparse", "SyncToken", "MetaData.CreateTime", "MetaData.LastModifiedByRef", "CustomField")
_UPDATED = Field("source_updated_at", "MetaData.LastUpdatedTime", "timestamp")

_BILL = Shape(
    [
        Field("_id", "Id", required=True),
        Field("vendor_id", "VendorRef.value", required=True),
        Field("invoice_number", "DocNumber"),
        Field("invoice_date", "TxnDate", "date", required=True),
        Field("due_date", "DueDate", "date"),
        Field("currency", "CurrencyRef.value", "currency"),
        Field("gross_amount", "TotalAmt", "money", required=True),
        Field("tax_amount", "TxnTaxDetail.TotalTax", "money"),
        Field("_open", "Balance", "money"),
        _UPDATED,
    ],
    known=(
        *_EVERYWHERE, "VendorRef.name", "CurrencyRef.name", "VendorAddr", "ExchangeRate", "HomeBalance", "HomeTotalAmt",
        "APAccountRef", "DepartmentRef", "SalesTermRef", "PrivateNote", "LinkedTxn", "GlobalTaxCalculation", "Line",
        "TxnTaxDetail.TaxLine", "TxnTaxDetail.TxnTaxCodeRef", "RecurDataRef", "TransactionLocationType", "RemitToAddr",
        "IncludeInAnnualTPAR",
    ),
)  # fmt: skip
_LINE = Shape(
    [
        Field("line_no", "Id", required=True),
        Field("net_amount", "Amount", "money", required=True),
        Field("description", "Description"),
        Field("item", "ItemBasedExpenseLineDetail.ItemRef.value"),
        Field("qty", "ItemBasedExpenseLineDetail.Qty", "number"),
        Field("unit_price", "ItemBasedExpenseLineDetail.UnitPrice", "number"),
        Field("_class_a", "AccountBasedExpenseLineDetail.ClassRef.name"),
        Field("_class_i", "ItemBasedExpenseLineDetail.ClassRef.name"),
    ],
    known=(
        "LineNum", "DetailType", "LinkedTxn", "ProjectRef", "CustomField", "Received",
        *(f"{kind}.{name}" for kind in ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")
          for name in ("AccountRef", "BillableStatus", "CustomerRef", "TaxCodeRef", "TaxAmount", "MarkupInfo",
                       "TaxInclusiveAmt", "ClassRef.value", "ItemAccountRef", "PriceLevelRef")),
        "ItemBasedExpenseLineDetail.ItemRef.name",
    ),
)  # fmt: skip
_ACCOUNT = Shape(
    [
        Field("_id", "Id", required=True),
        Field("_number", "AcctNum"),
        Field("name", "FullyQualifiedName", required=True),
        Field("class", "Classification", required=True),
        _UPDATED,
    ],
    known=(
        *_EVERYWHERE, "Name", "SubAccount", "ParentRef", "Description", "Active", "AccountType", "AccountSubType",
        "CurrentBalance", "CurrentBalanceWithSubAccounts", "CurrencyRef", "TaxCodeRef", "AccountAlias",
        "TxnLocationType",
    ),
)  # fmt: skip
_VENDOR = Shape(
    [
        Field("vendor_id", "Id", required=True),
        Field("name", "DisplayName", required=True),
        Field("tax_id", "TaxIdentifier"),
        Field("country", "BillAddr.Country"),
        Field("currency", "CurrencyRef.value", "currency"),
        Field("_mail", "PrimaryEmailAddr.Address"),
        Field("_web", "WebAddr.URI"),
        _UPDATED,
    ],
    known=(
        *_EVERYWHERE, "CurrencyRef.name", "Title", "GivenName", "MiddleName", "FamilyName", "Suffix", "CompanyName",
        "PrintOnCheckName", "Active", "PrimaryPhone", "AlternatePhone", "Mobile", "Fax", "OtherAddr", "Balance",
        "AcctNum", "Vendor1099", "TermRef", "BillRate", "CostRate", "T4AEligible", "T5018Eligible", "V4IDPseudonym",
        "BusinessNumber", "VendorPaymentBankDetail", "APAccountRef", "HasTPAR", "TaxReportingBasis", "GSTIN",
        "GSTRegistrationType", "Source",
        *(f"BillAddr.{name}" for name in ("Id", "Line1", "Line2", "Line3", "Line4", "Line5", "City", "PostalCode",
                                          "CountrySubDivisionCode", "CountryCode", "Lat", "Long")),
    ),
)  # fmt: skip
_CLASSES = {"Revenue": "income"}


def invoices(record: Any, role: str, account: Account, reading: Reading) -> Iterator[Row]:
    """A bill as an invoice, a vendor credit as a credit memo of negative amounts."""
    read = _BILL.read(record, reading)
    sign, is_credit = _sign(role)
    gross, tax, still_open = read.pop("gross_amount"), read["tax_amount"] or Decimal(0), read.pop("_open")
    bill_id = read.pop("_id")
    yield read | {
        "invoice_id": f"{role}-{bill_id}",
        "invoice_number": read["invoice_number"] or bill_id,
        "currency": read["currency"] or account.currency,
        "gross_amount": sign * gross,
        "tax_amount": sign * tax,
        "net_amount": sign * (gross - tax),
        "type": "credit_memo" if is_credit else "invoice",
        "status": _status(gross, still_open),
    }


def lines(class_column: str) -> Callable[[Any, str, Account, Reading], Iterator[Row]]:
    """Reads the lines of a bill or credit; a class goes to `class_column`, where the invoice line has such a one."""

    def read_lines(record: Any, role: str, account: Account, reading: Reading) -> Iterator[Row]:
        sign, _ = _sign(role)
        for line in record.get("Line") or ():
            if line.get("DetailType") not in ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"):
                continue  # a subtotal or a description repeats what other lines say
            read = _LINE.read(line, reading)
            class_name = read.pop("_class_a") or read.pop("_class_i", None)
            read.pop("_class_i", None)
            if class_column in ("campaign_id", "channel"):
                read[class_column] = class_name
            yield read | {"invoice_id": f"{role}-{record['Id']}", "net_amount": sign * read["net_amount"]}

    return read_lines


def accounts(account_id: Callable[[str | None, str, str], str | None]) -> Callable[..., Iterator[Row]]:
    """Reads ledger accounts, named as the ledger's lines name them."""

    def read_account(record: Any, role: str, account: Account, reading: Reading) -> Iterator[Row]:
        read = _ACCOUNT.read(record, reading)
        number, id_, kind = read.pop("_number"), read.pop("_id"), read["class"]
        yield read | {
            "account_id": account_id(number, id_, read["name"]),
            "class": _CLASSES.get(kind, kind.lower()),
        }

    return read_account


def vendors(record: Any, role: str, account: Account, reading: Reading) -> Iterator[Row]:
    """A vendor; the domain is that of its web address, else of its mail."""
    read = _VENDOR.read(record, reading)
    mail, web = read.pop("_mail"), read.pop("_web")
    host = web.split("://")[-1].split("/")[0].removeprefix("www.") if web else None
    yield read | {"domain": host or (mail.rpartition("@")[2] if mail else None)}


def _sign(role: str) -> tuple[int, bool]:
    is_credit = role == "VendorCredit"
    return (-1 if is_credit else 1), is_credit


def _status(gross: Decimal, still_open: Decimal | None) -> str:
    """A voided bill keeps its record with amounts of zero."""
    if gross == 0:
        return "voided"
    if still_open is None or still_open == gross:
        return "approved"
    return "paid" if still_open == 0 else "part_paid"

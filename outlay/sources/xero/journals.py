"""Reads journals: immutable, numbered, in balance on their net amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Account, Reading, Row
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.xero.values import Naming, xero_day, xero_moment

_DOC_TYPES = {
    "ACCPAY": "bill",
    "ACCPAYCREDIT": "bill_credit",
    "ACCPAYPAYMENT": "payment",
    "APCREDITPAYMENT": "payment",
    "APOVERPAYMENT": "payment",
    "APPREPAYMENT": "payment",
    "CASHPAID": "expense",
    "EXPCLAIM": "expense",
    "EXPPAYMENT": "payment",
    "MANJOURNAL": "journal",
    "TRANSFER": "transfer",
    "EXCHANGEGAIN": "fx_reval",
}
_TRACKED = ("department_id", "campaign_id", "channel")
_CENT = Decimal("0.01")

_JOURNAL = Shape(
    [
        Field("journal_id", "JournalID", required=True),
        Field("posting_date", "JournalDate", xero_day, required=True),
        Field("source_updated_at", "CreatedDateUTC", xero_moment),
        Field("_number", "JournalNumber", "integer", required=True),
        Field("doc_id", "SourceID"),
        Field("_type", "SourceType"),
        Field("_reference", "Reference"),
    ],
    known=("JournalLines",),
)
_LINE = Shape(
    [
        Field("entry_id", "JournalLineID", required=True),
        Field("_account", "AccountID", required=True),
        Field("_code", "AccountCode"),
        Field("amount", "NetAmount", "money", required=True),
        Field("memo", "Description"),
    ],
    known=("AccountType", "AccountName", "GrossAmount", "TaxAmount", "TaxType", "TaxName", "TrackingCategories"),
)


def journal_rows(
    journal: Any, account: Account, naming: Naming, vendors: Mapping[str, str], start: date | None, reading: Reading
) -> Iterator[Row]:
    """The lines of one journal in base currency, none of a journal dated before `start`.

    A journal that is not in balance has lost a line: SchemaError.
    """
    head = _JOURNAL.read(journal, reading)
    number, kind, reference = head.pop("_number"), head.pop("_type") or "", head.pop("_reference")
    if not isinstance(journal.get("JournalLines"), list):
        raise SchemaError(f"JournalLines of journal {number}", "a list of lines", journal.get("JournalLines"))
    lines = [_LINE.read(line, reading) for line in journal["JournalLines"]]
    balance = sum((line["amount"] for line in lines), Decimal(0))
    if abs(balance) >= _CENT:
        raise SchemaError(f"NetAmount of journal {number}", "lines that sum to zero", str(balance))
    if start is not None and head["posting_date"] < start:
        return
    head |= {
        "currency": account.currency,
        "doc_type": _DOC_TYPES.get(kind, kind.lower() or None),
        "vendor_id": vendors.get(head["doc_id"]),
    }
    for line, written in zip(lines, journal["JournalLines"], strict=True):
        line["account_id"] = naming.account(line.pop("_code"), line.pop("_account"))
        line["amount_home"] = line["amount"]
        line["memo"] = line["memo"] or reference
        line.update(head)
        if categories := written.get("TrackingCategories"):
            line.update(naming.tracked(categories, _TRACKED))
        yield line

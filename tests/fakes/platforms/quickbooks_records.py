"""Bills, vendor credits, accounts and vendors as QuickBooks' query service gives them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json
from tests.fakes.platforms.books import ZERO, Row, grouped, instant, rows

if TYPE_CHECKING:
    from tests.fakes.data import World

_CLASSES = {"income": "Revenue"}


def records(world: World, kind: str, query: str) -> list[Json]:
    """All records of a kind that meet `TxnDate >= '...'`, by id."""
    if kind == "Account":
        return [_account(row) for row in rows(world, "accounts")]
    if kind == "Vendor":
        return [_vendor(row) for row in rows(world, "vendors")]
    since = re.search(r"TxnDate >= '([\d-]+)'", query)
    lines = grouped(rows(world, "vendor_invoice_lines"), "invoice_id")
    is_credit = kind == "VendorCredit"
    return [
        _bill(row, lines.get(row["invoice_id"], []), -1 if is_credit else 1)
        for row in rows(world, "vendor_invoices")
        if (row["net_amount"] < 0) == is_credit and (since is None or row["invoice_date"].isoformat() >= since[1])
    ]


def _bill(row: Row, lines: list[Row], sign: int) -> Json:
    gross = row["net_amount"] + (row.get("tax_amount") or ZERO)
    is_voided, is_paid = row.get("status") == "voided", row.get("paid_on") is not None
    total = ZERO if is_voided else sign * gross
    return {
        "Id": row["invoice_id"],
        "SyncToken": "0",
        "domain": "QBO",
        "sparse": False,
        "MetaData": {
            "CreateTime": "2026-01-02T03:04:05-08:00",
            "LastUpdatedTime": instant(row.get("source_updated_at")) or "2026-01-02T03:04:05-08:00",
        },
        "VendorRef": {"value": row["vendor_id"], "name": row["vendor_id"]},
        "DocNumber": row["invoice_number"],
        "TxnDate": row["invoice_date"].isoformat(),
        **({"DueDate": row["due_date"].isoformat()} if row.get("due_date") else {}),
        "CurrencyRef": {"value": row["currency"], "name": row["currency"]},
        "TotalAmt": total,
        "Balance": ZERO if is_paid else total,
        "TxnTaxDetail": {"TotalTax": ZERO if is_voided else sign * (row.get("tax_amount") or ZERO)},
        "Line": [_line(line, sign, is_voided) for line in lines]
        + [{"Id": "900", "Amount": total, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}],
    }


def _line(line: Row, sign: int, is_voided: bool) -> Json:
    detail: Json = {"AccountRef": {"value": "77"}, "ClassRef": {"value": "1", "name": line.get("campaign_id") or ""}}
    kind = "AccountBasedExpenseLineDetail"
    if line.get("qty") is not None:
        kind = "ItemBasedExpenseLineDetail"
        detail = {"ItemRef": {"value": line["item"], "name": line["item"]}, "Qty": line["qty"],
                  "UnitPrice": line["unit_price"]}  # fmt: skip
    return {
        "Id": line["line_no"],
        "LineNum": 1,
        "Description": line.get("description"),
        "Amount": Decimal(0) if is_voided else sign * line["net_amount"],
        "DetailType": kind,
        kind: detail,
    }


def _account(row: Row) -> Json:
    return {
        "Id": f"id-{row['account_id']}",
        "AcctNum": row["account_id"],
        "Name": row["name"],
        "FullyQualifiedName": row["name"],
        "Classification": _CLASSES.get(row["class"], row["class"].title()),
        "Active": True,
        "domain": "QBO",
        "MetaData": {"LastUpdatedTime": "2026-01-02T03:04:05-08:00"},
    }


def _vendor(row: Row) -> Json:
    return {
        "Id": row["vendor_id"],
        "DisplayName": row["name"],
        "Active": row.get("merged_into") is None,
        "domain": "QBO",
        **({"TaxIdentifier": row["tax_id"]} if row.get("tax_id") else {}),
        **({"WebAddr": {"URI": f"https://www.{row['domain']}/"}} if row.get("domain") else {}),
        **({"BillAddr": {"Id": "1", "Country": row["country"]}} if row.get("country") else {}),
        **({"CurrencyRef": {"value": row["currency"]}} if row.get("currency") else {}),
        "MetaData": {"LastUpdatedTime": "2026-01-02T03:04:05-08:00"},
    }

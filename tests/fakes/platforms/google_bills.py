"""Google's monthly invoices: the lines of `platform_invoices` folded back into account budget summaries."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

_MONTHS = tuple(calendar.month_name[number].upper() for number in range(13))


def invoices(world: World, account: FakeAccount, year: int, month: str) -> list[Json]:
    """The invoices of an account that were issued in a month (`JANUARY` ...)."""
    by_id: dict[str, list[Row]] = {}
    for row in world.tables.get("platform_invoices", []):
        if row["account_id"] == account.id:
            by_id.setdefault(row["invoice_id"], []).append(row)
    return [
        _invoice(world, account, lines)
        for lines in by_id.values()
        if (_issued(lines).year, _MONTHS[_issued(lines).month]) == (year, month)
    ]


def _issued(lines: Sequence[Row]) -> date:
    first: Row = lines[0]
    issued: date = first["invoice_date"] or first["service_month"] + timedelta(days=34)
    return issued


def _sum(lines: Sequence[Row], *kinds: str, column: str = "amount") -> Decimal:
    return sum((line[column] or Decimal(0) for line in lines if line["line_kind"] in kinds), Decimal(0))


def _micros(amount: Decimal) -> str:
    return str(int(amount * 1_000_000))


def _invoice(world: World, account: FakeAccount, lines: Sequence[Row]) -> Json:
    head, digits = lines[0], account.id.replace("-", "")
    first = head["service_month"]
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    total = sum((line["amount"] for line in lines), Decimal(0))
    duties = _sum(lines, "regulatory_fee")
    number = head["invoice_number"] or head["invoice_id"]
    return {
        "resourceName": f"customers/{digits}/invoices/{head['invoice_id']}",
        "id": number,
        "type": "INVOICE" if total >= 0 else "CREDIT_MEMO",
        "billingSetup": f"customers/{digits}/billingSetups/77",
        "paymentsAccountId": "1111-2222-3333-4444",
        "issueDate": _issued(lines).isoformat(),
        "dueDate": (_issued(lines) + timedelta(days=30)).isoformat(),
        "serviceDateRange": span,
        "currencyCode": head["currency"],
        "adjustmentsSubtotalAmountMicros": "0",
        "adjustmentsTaxAmountMicros": "0",
        "adjustmentsTotalAmountMicros": "0",
        "regulatoryCostsSubtotalAmountMicros": _micros(duties),
        "regulatoryCostsTaxAmountMicros": "0",
        "regulatoryCostsTotalAmountMicros": _micros(duties),
        "subtotalAmountMicros": _micros(total),
        "taxAmountMicros": "0",
        "totalAmountMicros": _micros(total),
        "accountBudgetSummaries": [_budget(world, account, digits, lines, span)],
    }


def _budget(world: World, account: FakeAccount, digits: str, lines: Sequence[Row], span: Json) -> Json:
    """Billed = served + over-delivery; the subtotal is that and invalid activity. Both credits are negative."""
    over, invalid = _sum(lines, "overdelivery_credit"), _sum(lines, "invalid_activity_credit")
    billed = _sum(lines, "media") + over
    orders = [line["po_number"] for line in lines if line["po_number"]]
    summary: Json = {
        "customer": f"customers/{digits}",
        "customerDescriptiveName": account.name,
        "accountBudget": f"customers/{digits}/accountBudgets/88",
        "accountBudgetName": f"{account.name} budget",
        "subtotalAmountMicros": _micros(billed + invalid),
        "taxAmountMicros": "0",
        "totalAmountMicros": _micros(billed + invalid),
        "billableActivityDateRange": span,
        "servedAmountMicros": _micros(billed - over),
        "billedAmountMicros": _micros(billed),
        "overdeliveryAmountMicros": _micros(over),
        "invalidActivityAmountMicros": _micros(invalid),
    }
    summary |= {"purchaseOrderNumber": orders[0]} if orders else {}
    details = [_taken_back(line) for line in lines if line["line_kind"] == "invalid_activity_credit"]
    summary |= {"invalidActivitySummaries": details} if details else {}
    campaigns = _campaigns(world, lines)
    return summary | ({"campaignSummaries": campaigns} if campaigns else {})


def _campaigns(world: World, lines: Sequence[Row]) -> list[Json]:
    """What each campaign was billed, under its name: since v23, and without its id."""
    names = {row["campaign_id"]: row.get("campaign_name") for row in world.tables.get("platform_spend", [])}
    return [
        {
            "campaignDescription": names.get(line["campaign_id"]) or line["campaign_id"],
            "unitOfMeasure": "CLICKS",
            "amountMicros": _micros(line["amount"]),
        }
        for line in lines
        if line["campaign_id"] and line["line_kind"] == "media"
    ]


def _taken_back(line: Row) -> Json:
    month = line["original_service_month"] or line["service_month"]
    return {
        "originalMonthOfService": _MONTHS[month.month],
        "originalYearOfService": str(month.year),
        "originalInvoiceId": str(line["original_invoice_id"] or ""),
        "amountMicros": _micros(line["amount"]),
    }

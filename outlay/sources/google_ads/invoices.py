"""Google's monthly invoices, line by line: what was served, what is billed of it, and what is taken back."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.jsonitems import items, whole
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.google_ads.api import RESULTS, Api, digits
from outlay.sources.google_ads.fields import BUDGET, CAMPAIGN_COST, INVOICE, TAKEN_BACK

NAMES = "campaigns"
_MONTHS = {calendar.month_name[number].upper(): number for number in range(1, 13)}
_SETUP = Shape([Field("setup", "billingSetup.resourceName", required=True)], known=["customer.resourceName"])
_NAME = Shape(
    [Field("campaign_id", "campaign.id", required=True), Field("name", "campaign.name")],
    known=["campaign.resourceName"],
)


class GoogleInvoices:
    """platform_invoices of customers on monthly invoicing, by month of issue.

    A campaign stands on an invoice by its name; where the name is that of one campaign, the line carries its id.
    """

    entity = "platform_invoices"
    restatement_days = 30
    slicing: Slicing = "month"
    controlled: str | None = None
    version = 1

    def __init__(self, api: Api) -> None:
        self.api = api
        self._names: dict[str, str | None] = {}

    def describe(self, account: str) -> Account:
        return self.api.describe(account)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        query = "SELECT campaign.id, campaign.name FROM campaign"
        yield self.api.campaigns(account.id, query).page(query, NAMES)
        month = calendar.month_name[first_day.month].upper()
        setups = "SELECT billing_setup.resource_name FROM billing_setup WHERE billing_setup.status = 'APPROVED'"
        for found in self.api.results(account.id, setups):
            setup = _SETUP.read(found)["setup"]
            asked = {"billingSetup": setup, "issueYear": str(first_day.year), "issueMonth": month}
            answer = self.api.get(account.id, "invoices", asked)
            yield answer.page(f"invoices of {setup} issued in {month} {first_day.year}")

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        return None

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        if page.role == NAMES:
            self._names = _ids_by_name(page, reading)
            return
        for found in whole(page.body).get("invoices", []):
            yield from self._invoice(found, account, reading)

    def _invoice(self, found: Any, account: Account, reading: Reading) -> Iterator[Row]:
        """The invoice's lines of this customer; they sum to its subtotal where the invoice has no other customer."""
        invoice = INVOICE.read(found, reading)
        budgets = [(BUDGET.read(one, reading), one) for one in _list(found, "accountBudgetSummaries")]
        head = {
            "invoice_id": invoice["_resource"].rpartition("/")[2],
            "account_id": account.id,
            "service_month": invoice["service_month"].replace(day=1),
            "currency": invoice["currency"],
            "invoice_number": invoice["invoice_number"],
            "invoice_date": invoice["invoice_date"],
        }
        mine = f"customers/{digits(account.id)}"
        lines: dict[tuple[Any, ...], dict[str, Any]] = {}
        for budget, raw in budgets:
            if budget["_customer"] == mine:
                for line in self._budget_lines(budget, raw, reading):
                    _add(lines, head | line)
        # Without a budget nothing says what it is for: whatever the duties and adjustments leave is an error then.
        if not budgets or budgets[0][0]["_customer"] == mine:
            for line in _of_whole_invoice(invoice, sum((one["_subtotal"] for one, _ in budgets), Decimal(0))):
                _add(lines, head | line)
        yield from lines.values()

    def _budget_lines(self, budget: Mapping[str, Any], raw: Any, reading: Reading) -> Iterator[dict[str, Any]]:
        """One account budget: media as served, the credits as they are."""
        order = {"po_number": budget["po_number"]}
        media = budget["_billed"] - budget["_overdelivery"]
        costs = [CAMPAIGN_COST.read(one, reading) for one in _list(raw, "campaignSummaries")]
        named = sum((one["amount"] for one in costs), Decimal(0))
        for cost in costs:
            campaign = self._names.get(cost["_name"])
            served = cost["amount"] if named == budget["_served"] else None
            yield order | _line("media", cost["amount"], campaign_id=campaign, served_amount=served)
        if media != named:
            served = budget["_served"] - named
            yield order | _line("media", media - named, served_amount=served)
        yield order | _line("overdelivery_credit", budget["_overdelivery"])
        yield order | _line("invalid_activity_credit", budget["_invalid"], **_origin(raw, reading))
        yield order | _line("tax", budget["_tax"])


def _origin(raw: Any, reading: Reading) -> dict[str, Any]:
    """The invoice and month that a credit for invalid activity takes back; of several the last month, no invoice."""
    told = [TAKEN_BACK.read(one, reading) for one in _list(raw, "invalidActivitySummaries")]
    if not told:
        return {}
    invoices = {one["original_invoice_id"] for one in told}
    return {
        "original_invoice_id": invoices.pop() if len(invoices) == 1 else None,
        "original_service_month": max(date(one["_year"], _month(one["_month"]), 1) for one in told),
    }


def _of_whole_invoice(invoice: Mapping[str, Any], budgeted: Decimal) -> Iterator[dict[str, Any]]:
    """What stands on the invoice beside its budgets. Raises SchemaError where its parts do not sum to its subtotal."""
    duties, adjusted = invoice["_duties"], invoice["_adjustments"]
    beside = invoice["_subtotal"] - budgeted
    if beside not in (Decimal(0), duties, adjusted, duties + adjusted):
        raise SchemaError("subtotalAmountMicros", f"the sum of its parts, {budgeted + duties}", invoice["_subtotal"])
    yield _line("regulatory_fee", duties)
    # The credits inside the budgets may be told here once more; only what is not in them is a line of its own.
    if beside in (adjusted, duties + adjusted) and beside != duties:
        yield _line("adjustment", adjusted)


def _line(kind: str, amount: Decimal, **more: Any) -> dict[str, Any]:
    return {"line_kind": kind, "amount": amount, **more}


def _add(lines: dict[tuple[Any, ...], dict[str, Any]], line: dict[str, Any]) -> None:
    """Lines of one kind and campaign are one line: several budgets of a customer stand on one invoice."""
    if not line["amount"]:
        return
    key = (line["line_kind"], line.get("campaign_id"))
    standing = lines.get(key)
    if standing is None:
        lines[key] = line
        return
    standing["amount"] += line["amount"]
    served = [one for one in (standing.get("served_amount"), line.get("served_amount")) if one is not None]
    standing["served_amount"] = sum(served, Decimal(0)) if served else None


def _ids_by_name(page: RawPage, reading: Reading) -> dict[str, str | None]:
    """Name -> the campaign's id, None where two campaigns share the name."""
    found: dict[str, str | None] = {}
    for item in items(page.body, RESULTS):
        row = _NAME.read(item, reading)
        if row["name"] is not None:
            found[row["name"]] = None if row["name"] in found else row["campaign_id"]
    return found


def _list(found: Any, name: str) -> list[Any]:
    inner = found.get(name, [])
    if not isinstance(inner, list):
        raise SchemaError(name, "a list", inner)
    return inner


def _month(name: str) -> int:
    if name not in _MONTHS:
        raise SchemaError("originalMonthOfService", "the name of a month", name)
    return _MONTHS[name]

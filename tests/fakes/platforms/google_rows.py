"""Google's rows for a query: int64 as text, doubles as numbers, figures of zero left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fakes.answers import Json
from tests.fakes.gaql import Query

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

_ZERO = (None, 0, "0")
# Resource that a query may start from -> what stands between the customer and it.
_ADS_ONLY = ("ad_group_ad", "ad_group", "keyword_view")


def _micros(amount: Decimal) -> str:
    return str(int(amount * 1_000_000))


def _double(number: Decimal) -> float | int:
    return int(number) if number == int(number) else float(number)


def _status(row: Row) -> str:
    return "REMOVED" if row["removed"] else str(row.get("status") or "enabled").upper()


def _channel_type(row: Row) -> str:
    name = str(row.get("name") or "")
    return "VIDEO" if "_VID_" in name else "SHOPPING" if "_SHP_" in name else "SEARCH"


# Field of a query -> (path in the answer, its value from a row of spend, campaign and customer together).
FIELDS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "customer.resource_name": ("customer.resourceName", lambda row: f"customers/{row['digits']}"),
    "customer.id": ("customer.id", lambda row: row["digits"]),
    "customer.descriptive_name": ("customer.descriptiveName", lambda row: row["account"].name),
    "customer.currency_code": ("customer.currencyCode", lambda row: row["account"].currency),
    "customer.time_zone": ("customer.timeZone", lambda row: row["account"].time_zone),
    "customer.manager": ("customer.manager", lambda row: False),
    "customer.status": ("customer.status", lambda row: "ENABLED"),
    "campaign.resource_name": (
        "campaign.resourceName", lambda row: f"customers/{row['digits']}/campaigns/{row['campaign_id']}"),
    "campaign.id": ("campaign.id", lambda row: row["campaign_id"]),
    "campaign.name": ("campaign.name", lambda row: None if row["removed"] else row["name"]),
    "campaign.status": ("campaign.status", _status),
    "campaign.start_date": ("campaign.startDate", lambda row: _day(row.get("start_date"))),
    "campaign.end_date": ("campaign.endDate", lambda row: _day(row.get("end_date")) or "2037-12-30"),
    "campaign.start_date_time": ("campaign.startDateTime", lambda row: _moment(row.get("start_date"), "00:00:00")),
    "campaign.end_date_time": ("campaign.endDateTime", lambda row: _moment(row.get("end_date"), "23:59:59")),
    "campaign.advertising_channel_type": ("campaign.advertisingChannelType", _channel_type),
    "campaign_budget.amount_micros": (
        "campaignBudget.amountMicros", lambda row: _micros(row["daily_budget"]) if row.get("daily_budget") else None),
    "billing_setup.resource_name": (
        "billingSetup.resourceName", lambda row: f"customers/{row['digits']}/billingSetups/77"),
    "billing_setup.id": ("billingSetup.id", lambda row: "77"),
    "billing_setup.status": ("billingSetup.status", lambda row: "APPROVED"),
    "segments.date": ("segments.date", lambda row: _day(row.get("date_day"))),
    "metrics.cost_micros": ("metrics.costMicros", lambda row: _micros(row["spend"])),
    "metrics.impressions": ("metrics.impressions", lambda row: str(row["impressions"])),
    "metrics.clicks": ("metrics.clicks", lambda row: str(row["clicks"])),
    "metrics.conversions": ("metrics.conversions", lambda row: _double(row["conversions"])),
    "metrics.conversions_value": ("metrics.conversionsValue", lambda row: _double(row["conversions_value"])),
    "metrics.all_conversions": ("metrics.allConversions", lambda row: _double(row["conversions"])),
}  # fmt: skip


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: date | None, at: str) -> str | None:
    return f"{value.isoformat()} {at}" if value else None


def rows(world: World, account: FakeAccount, query: Query) -> list[Json]:
    """The `results` of a query, in the platform's words."""
    digits = account.id.replace("-", "")
    common = {"digits": digits, "account": account}
    made = (_result(world, query, common | row) for row in _chosen(world, account, query))
    return list(made)


def _chosen(world: World, account: FakeAccount, query: Query) -> list[Row]:
    if query.resource in ("customer", "billing_setup"):
        return _of_customer(world, account, query)
    campaigns = {
        row["campaign_id"]: row | {"removed": ("google_ads", row["campaign_id"]) in world.removed}
        for row in world.campaigns("google_ads", account.id)
    }
    wanted = {
        one: row
        for one, row in campaigns.items()
        if query.admits("campaign.status", _status(row)) and query.admits("campaign.id", one)
    }
    if not query.has_metrics:
        return list(wanted.values())
    first, last = query.days()
    spend = [row for row in world.spend("google_ads", account.id, first, last) if row["campaign_id"] in wanted]
    if query.resource in _ADS_ONLY:  # no ads, no cost: performance max, video and demand gen are missing here
        spend = [row for row in spend if _channel_type(wanted[row["campaign_id"]]) == "SEARCH"]
    if "segments.date" not in query.fields:
        grouped: dict[str, list[Row]] = {}
        for row in spend:
            grouped.setdefault(row["campaign_id"], []).append(row)
        spend = [world.summed(group) for group in grouped.values()]
    return [wanted[row["campaign_id"]] | row for row in spend]


def _of_customer(world: World, account: FakeAccount, query: Query) -> list[Row]:
    if not query.has_metrics:
        return [{}]
    first, last = query.days()
    days = world.by_day("google_ads", account.id, first, last)
    return days if "segments.date" in query.fields or not days else [world.summed(days)]


def _result(world: World, query: Query, row: Row) -> Json:
    result: Json = {}
    resources = {field.partition(".")[0] for field in query.fields} | {query.resource}
    names = [f"{one}.resource_name" for one in sorted(resources) if f"{one}.resource_name" in FIELDS]
    for field in dict.fromkeys((*names, *query.fields)):
        path, value_of = FIELDS[field]
        value = value_of(row)
        absent = value is None or (value in _ZERO and world.switches["google_zero_fields_absent"])
        if absent or (field.startswith("campaign.") and "campaign_id" not in row):
            continue
        group, _, name = path.partition(".")
        result.setdefault(group, {})[name] = value
    if query.has_metrics:
        result.setdefault("metrics", {})
    return result

"""LinkedIn's elements: days taken apart, campaigns as urns, money as text with the noise of floats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

KIND = "linkedin_ads"
FIELDS = (
    "dateRange", "pivotValues", "pivotValue", "costInLocalCurrency", "costInUsd", "impressions", "clicks",
    "landingPageClicks", "externalWebsiteConversions", "externalWebsitePostClickConversions",
    "conversionValueInLocalCurrency", "oneClickLeads", "totalEngagements", "likes", "shares", "comments",
)  # fmt: skip
_PER_DOLLAR = Decimal("1.09")


def elements(
    world: World, account: FakeAccount, days: tuple[date, date], *, pivot: str, daily: bool, fields: Sequence[str]
) -> list[Json]:
    """The elements of a report by campaign, or by account; a day each, or one for the whole range."""
    first, last = days
    by_account = pivot == "ACCOUNT"
    rows = world.by_day(KIND, account.id, first, last) if by_account else world.spend(KIND, account.id, first, last)
    if not daily:
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault("" if by_account else row["campaign_id"], []).append(row)
        rows = [world.summed(group) | {"date_day": first, "last_day": last} for group in groups.values()]
    noise = world.switches["linkedin_float_noise"]
    made = [_element(account, row, by_account, noise) for row in rows]
    return [{name: value for name, value in one.items() if name in fields} for one in made]


def _element(account: FakeAccount, row: Row, by_account: bool, noise: bool) -> Json:
    member = f"sponsoredAccount:{account.id}" if by_account else f"sponsoredCampaign:{row['campaign_id']}"
    spend: Decimal = row["spend"]
    last_day = row["last_day"] if "last_day" in row else row["date_day"]
    dollars = spend if account.currency == "USD" else spend * _PER_DOLLAR
    return {
        "dateRange": {"start": _parts(row["date_day"]), "end": _parts(last_day)},
        "pivotValues": [f"urn:li:{member}"],
        "pivotValue": f"urn:li:{member}",
        "costInLocalCurrency": _money(spend, noise),
        "costInUsd": _money(dollars, noise),
        "impressions": row["impressions"],
        "clicks": row["clicks"],
        "landingPageClicks": row["clicks"],
        "externalWebsiteConversions": row["conversions"],
        "externalWebsitePostClickConversions": row["conversions"],
        "conversionValueInLocalCurrency": _money(row["conversions_value"], noise),
        "oneClickLeads": 0,
        "totalEngagements": row["clicks"],
        "likes": 0,
        "shares": 0,
        "comments": 0,
    }


def _parts(day: date) -> Json:
    return {"year": day.year, "month": day.month, "day": day.day}


def _money(amount: Decimal, noise: bool) -> str:
    """`100.0` as `99.99999999999996`, `0` as `-2e-18`, where noise is wanted."""
    if noise:
        return f"{amount - Decimal('4e-14'):f}" if amount else "-2e-18"
    plain = f"{amount.normalize():f}"
    return plain if "." in plain else f"{plain}.0"


def strangers(like: Json, count: int) -> list[Json]:
    """Elements of campaigns without cost, enough to fill an answer up to its cap."""
    nothing = {"costInLocalCurrency": "0.0", "costInUsd": "0.0", "impressions": 1, "clicks": 0,
               "externalWebsiteConversions": 0, "conversionValueInLocalCurrency": "0.0"}  # fmt: skip
    blank = like | {name: value for name, value in nothing.items() if name in like}
    if "pivotValues" not in like:
        return [blank] * count
    return [blank | {"pivotValues": [f"urn:li:sponsoredCampaign:{9_000_000_000 + number}"]} for number in range(count)]


def campaign(account: FakeAccount, row: Row) -> Json:
    """One campaign of the list."""
    made: Json = {
        "id": int(row["campaign_id"]),
        "name": row["name"],
        "status": {"enabled": "ACTIVE", "paused": "PAUSED"}.get(str(row.get("status")), "ACTIVE"),
        "account": f"urn:li:sponsoredAccount:{account.id}",
        "type": "SPONSORED_UPDATES",
        "costType": "CPM",
        "objectiveType": "WEBSITE_CONVERSION",
    }
    if row.get("daily_budget"):
        made["dailyBudget"] = {"amount": f"{row['daily_budget']:.2f}", "currencyCode": account.currency}
    ends = {"start": row.get("start_date"), "end": row.get("end_date")}
    schedule = {name: _milliseconds(day) for name, day in ends.items() if day}
    return made | ({"runSchedule": schedule} if schedule else {})


def _milliseconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000)

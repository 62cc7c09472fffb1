"""The campaigns of a customer as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.fetched import values
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.google_ads.api import PLATFORM, RESULTS, Api

# How Google writes "without an end".
_NEVER = date(2037, 12, 30)


def _day(value: Any) -> date:
    """a day, or a local time on it"""
    return values.day(value[:10])


def _end(value: Any) -> date | None:
    """a day, or a local time on it"""
    found = _day(value)
    return None if found >= _NEVER else found


def _lower(value: Any) -> str:
    """a text"""
    return values.text(value).lower()


# The days changed their names with v23; an answer has the ones that were asked for.
CAMPAIGN = Shape(
    [
        Field("campaign_id", "campaign.id", required=True),
        Field("name", "campaign.name"),
        Field("status", "campaign.status", _lower),
        Field("channel", "campaign.advertisingChannelType", _lower),
        Field("start_date", "campaign.startDateTime", _day),
        Field("end_date", "campaign.endDateTime", _end),
        Field("_start_date", "campaign.startDate", _day),
        Field("_end_date", "campaign.endDate", _end),
        Field("daily_budget", "campaignBudget.amountMicros", "micros"),
    ],
    known=["campaign.resourceName", "campaignBudget.resourceName"],
)


class GoogleCampaigns:
    """campaigns. One that is removed and has no name is left out: its spend says all that is known of it."""

    entity = "campaigns"
    restatement_days = 1
    slicing: Slicing = "all"
    controlled: str | None = None
    version = 1

    def __init__(self, api: Api) -> None:
        self.api = api

    def describe(self, account: str) -> Account:
        return self.api.describe(account)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        suffix = "_time" if int(self.api.version.lstrip("v") or 0) >= 23 else ""
        query = (
            "SELECT campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type, "
            f"campaign.start_date{suffix}, campaign.end_date{suffix}, campaign_budget.amount_micros FROM campaign"
        )
        yield self.api.campaigns(account.id, query).page(query)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        for found in items(page.body, RESULTS):
            row = CAMPAIGN.read(found, reading)
            if row["name"] is None:
                continue
            row["platform"] = PLATFORM
            row["start_date"] = row["start_date"] or row["_start_date"]
            row["end_date"] = row["end_date"] or row["_end_date"]
            yield row

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        return None

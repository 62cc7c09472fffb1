"""What campaigns cost by day, held against what Google says the customer cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.google_ads.api import PLATFORM, RESULTS, Api

_NOTHING = Decimal(0)
# Google leaves out figures that are 0, and the name of a campaign that is gone.
SPEND = Shape(
    [
        Field("campaign_id", "campaign.id", required=True),
        Field("campaign_name", "campaign.name"),
        Field("date_day", "segments.date", "date", required=True),
        Field("spend", "metrics.costMicros", "micros", default=_NOTHING),
        Field("impressions", "metrics.impressions", "integer", default=0),
        Field("clicks", "metrics.clicks", "integer", default=0),
        Field("conversions", "metrics.conversions", "number", default=_NOTHING),
        Field("conversions_value", "metrics.conversionsValue", "money", default=_NOTHING),
    ],
    known=["campaign.resourceName", "customer.resourceName"],
)
_CONTROL = Shape(
    [
        Field("day", "segments.date", "date", required=True),
        Field("spend", "metrics.costMicros", "micros", default=_NOTHING),
    ],
    known=["customer.resourceName"],
)


class GoogleSpend:
    """platform_spend. From `campaign` and never from ads: some kinds of campaign have spend and no ads.

    No filter on the status: it would take removed campaigns' spend away.
    """

    entity = "platform_spend"
    restatement_days = 30
    slicing: Slicing = "month"
    controlled: str | None = "spend"
    version = 1

    def __init__(self, api: Api) -> None:
        self.api = api

    def describe(self, account: str) -> Account:
        return self.api.describe(account)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        query = (
            "SELECT campaign.id, campaign.name, segments.date, metrics.cost_micros, metrics.impressions, "
            "metrics.clicks, metrics.conversions, metrics.conversions_value "
            f"FROM campaign WHERE segments.date BETWEEN '{first_day}' AND '{last_day}'"
        )
        yield self.api.stream(account.id, query).page(query)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        of_account = {
            "platform": PLATFORM,
            "account_id": account.id,
            "currency": account.currency,
            "account_time_zone": account.time_zone,
        }
        for found in items(page.body, RESULTS):
            row = SPEND.read(found, reading)
            row.update(of_account)
            yield row

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        query = (
            "SELECT segments.date, metrics.cost_micros FROM customer "
            f"WHERE segments.date BETWEEN '{first_day}' AND '{last_day}'"
        )
        read = (_CONTROL.read(found) for found in self.api.results(account.id, query))
        return {row["day"]: row["spend"] for row in read}

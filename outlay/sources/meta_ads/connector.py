"""Meta ads as a connector: see insights.py for how it is asked and shapes.py for how it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from outlay.company import Company, SourceSection
from outlay.sources.ads import CAMPAIGNS, SPEND, in_period, spend_row
from outlay.sources.fetched.auth import BearerToken
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.meta_ads import shapes
from outlay.sources.meta_ads.answers import classify
from outlay.sources.meta_ads.insights import Insights
from outlay.sources.options import Options

PLATFORM = "meta_ads"
HOST = "https://graph.facebook.com"
# Meta goes on attributing and correcting for 28 days, then a day is frozen.
RESTATEMENT_DAYS = 28

CREDENTIALS = {"access_token": "the access token of a system user with the permission ads_read"}
OPTIONS = {
    "api_version": "version of the Graph API (v25.0)",
    "clicks": "which clicks count: inline_link_clicks, those that lead away (default), or clicks, all of them",
    "conversion_action": "the action_type that is a conversion (purchase)",
    "sync_days": "periods longer than this are asked for as a report run (3)",
}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> MetaAds:
    """The connector of one source. Raises CompanyError for options it cannot use."""
    options = Options(section, company)
    client = factory(HOST, classify=classify, auth=BearerToken(factory.secrets["access_token"]))
    insights = Insights(client, options.text("api_version", "v25.0"), options.integer("sync_days", 3))
    clicks = options.text("clicks", "inline_link_clicks", ("inline_link_clicks", "clicks"))
    return MetaAds(section, insights, clicks, options.text("conversion_action", "purchase"))


class MetaAds:
    """Spend by campaign and day, or the list of campaigns."""

    restatement_days = RESTATEMENT_DAYS
    version = 1

    def __init__(self, section: SourceSection, insights: Insights, clicks: str, action: str) -> None:
        self.entity = section.entity
        self.slicing: Slicing = "month" if self.entity == SPEND else "all"
        self.controlled = "spend" if self.entity == SPEND else None
        self._insights = insights
        self._fields = shapes.spend_fields(clicks)
        self._shape = shapes.spend_shape(clicks, action)

    def describe(self, account: str) -> Account:
        """The ad account. Raises AccessError where there is none or it may not be read."""
        told = shapes.ACCOUNT.read(self._insights.object(f"act_{shapes.account_id(account)}", shapes.ACCOUNT_FIELDS))
        return Account(account, told["name"], told["currency"], told["time_zone"])

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Pages of insights, or of the account's campaigns."""
        number = shapes.account_id(account.id)
        if self.entity == CAMPAIGNS:
            return self._insights.campaigns(number, shapes.CAMPAIGN_FIELDS)
        return self._insights.days(number, {"level": "campaign", "fields": self._fields}, first_day, last_day)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The page's rows. Raises SchemaError, and ValueError where the page is not whole JSON."""
        number = shapes.account_id(account.id)
        for found in items(page.body, "data.item"):
            if self.entity == CAMPAIGNS:
                row = shapes.CAMPAIGN.read(found, reading)
                yield row | {
                    "platform": PLATFORM,
                    "daily_budget": shapes.budget(row["daily_budget"], account.currency),
                }
            else:
                row = self._shape.read(found, reading)
                shapes.check_row(row, number)
                yield spend_row(PLATFORM, account, row)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Spend by day, asked at account level."""
        if self.entity == CAMPAIGNS:
            return None
        totals: dict[date, Decimal] = defaultdict(Decimal)
        params = {"level": "account", "fields": shapes.CONTROL_FIELDS}
        for page in self._insights.days(shapes.account_id(account.id), params, first_day, last_day):
            for found in items(page.body, "data.item"):
                read = shapes.CONTROL.read(found)
                totals[in_period(read["day"], first_day, last_day, "date_start")] += read["spend"]
        return totals

"""LinkedIn ads as a connector: see analytics.py for how it is asked and shapes.py for how it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.company import Company, CompanyError, SourceSection
from outlay.sources.ads import CAMPAIGNS, SPEND, in_period, spend_row
from outlay.sources.fetched.auth import Auth, BearerToken, OAuth2Refresh
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.jsonitems import items, whole
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.linkedin_ads import shapes
from outlay.sources.linkedin_ads.analytics import JOINED, Analytics
from outlay.sources.linkedin_ads.answers import classify
from outlay.sources.options import Options

PLATFORM = "linkedin_ads"
HOST = "https://api.linkedin.com"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"
RESTATEMENT_DAYS = 30
# LinkedIn reports every account in UTC.
TIME_ZONE = "UTC"
_ROWS, _NAMES, _MORE_NAMES = "rows", "names", "more_names"
_REFRESH = ("client_id", "client_secret", "refresh_token")

CREDENTIALS = {
    "access_token": "optional: an access token with r_ads and r_ads_reporting, good for 60 days",
    "client_id": "optional: the app's client id, with client_secret and refresh_token in place of access_token",
    "client_secret": "optional: the app's client secret",
    "refresh_token": "optional: a refresh token of a member who may see the accounts",
}
OPTIONS = {
    "api_version": "the LinkedIn-Version, a month as YYYYMM (202607); LinkedIn ends each after about a year",
    "conversion_metrics": "the metrics that are conversions, added up (externalWebsiteConversions)",
    "element_limit": "with so many elements an answer counts as cut off (15000)",
}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> LinkedInAds:
    """The connector of one source. Raises CompanyError for credentials or options it cannot use."""
    options = Options(section, company)
    client = factory(HOST, classify=classify, auth=_auth(section, company, factory), rate=2, capacity=6)
    analytics = Analytics(
        client, options.text("api_version", "202607"), options.integer("element_limit", 15_000, least=1)
    )
    stated = section.options.get("conversion_metrics", ["externalWebsiteConversions"])
    conversions = [str(name) for name in stated] if isinstance(stated, list) else [str(stated)]
    return LinkedInAds(section, analytics, conversions)


def _auth(section: SourceSection, company: Company, factory: ClientFactory) -> Auth:
    secrets = factory.secrets
    if all(name in secrets for name in _REFRESH):
        return OAuth2Refresh(
            factory.token_url(TOKEN_URL),
            secrets["client_id"],
            secrets["client_secret"],
            refresh_token=secrets["refresh_token"],
        )
    if "access_token" in secrets:
        return BearerToken(secrets["access_token"])
    raise CompanyError(
        f"{company.folder / 'company.toml'}: sources.{section.name}.credentials: state access_token, or "
        f"{', '.join(_REFRESH)}"
    )


class LinkedInAds:
    """Spend by campaign and day, or the list of campaigns."""

    restatement_days = RESTATEMENT_DAYS
    version = 1

    def __init__(self, section: SourceSection, analytics: Analytics, conversions: list[str]) -> None:
        self.entity = section.entity
        self.slicing: Slicing = "month" if self.entity == SPEND else "all"
        self.controlled = "spend" if self.entity == SPEND else None
        self._analytics = analytics
        self._shape = shapes.SpendShape(conversions)
        self._names: dict[str, str | None] = {}

    def describe(self, account: str) -> Account:
        """The ad account. Raises AccessError where there is none or it may not be read."""
        told = shapes.ACCOUNT.read(self._analytics.account(account))
        return Account(account, told["name"], told["currency"], TIME_ZONE)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """The account's campaigns; for spend, these give the names that analytics do not tell, and come first."""
        if self.entity == CAMPAIGNS:
            yield from self._analytics.campaigns(account.id, _ROWS, _ROWS)
            return
        yield from self._analytics.campaigns(account.id, _NAMES, _MORE_NAMES)
        yield from self._analytics.days(account.id, "CAMPAIGN", self._shape.metrics, first_day, last_day)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The page's rows. Raises SchemaError, and ValueError where the page is not whole JSON.

        Pages come in the order in which they were fetched: names before the rows that they belong to.
        """
        if page.role in (_NAMES, _MORE_NAMES):
            self._learn(page)
            return
        if self.entity == CAMPAIGNS:
            for found in items(page.body, "elements.item"):
                yield shapes.CAMPAIGN.read(found) | {"platform": PLATFORM}
            return
        for found in _elements(page):
            row = spend_row(PLATFORM, account, self._shape.read(found, reading))
            row["campaign_name"] = self._names.get(row["campaign_id"])
            yield row

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Spend by day, asked by account."""
        if self.entity == CAMPAIGNS:
            return None
        totals: dict[date, Decimal] = defaultdict(Decimal)
        for page in self._analytics.days(account.id, "ACCOUNT", [shapes.COST], first_day, last_day):
            for found in items(page.body, "elements.item"):
                read = shapes.CONTROL.read(found)
                if read["account"] != account.id:
                    raise SchemaError("pivotValues", f"the account asked for, {account.id}", read["account"])
                totals[in_period(read["day"], first_day, last_day, "dateRange.start")] += read["spend"]
        return totals

    def _learn(self, page: RawPage) -> None:
        if page.role == _NAMES:
            self._names = {}
        for found in items(page.body, "elements.item"):
            read = shapes.NAME.read(found)
            self._names[read["campaign_id"]] = read["name"]


def _elements(page: RawPage) -> Iterator[Any]:
    if page.role != JOINED:
        return items(page.body, "elements.item")
    return shapes.joined([answer.get("elements") or [] for answer in whole(page.body)])

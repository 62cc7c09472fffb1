"""TikTok ads as a connector: the integrated report by campaign and day, at most thirty days a call, by pages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.company import Company, SourceSection
from outlay.sources.ads import CAMPAIGNS, SPEND, in_period, spans, spend_row
from outlay.sources.fetched.auth import HeaderToken
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import AccessError, FetchError
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.options import Options
from outlay.sources.tiktok_ads import shapes
from outlay.sources.tiktok_ads.answers import classify

PLATFORM = "tiktok_ads"
HOST = "https://business-api.tiktok.com"
RESTATEMENT_DAYS = 28
_DAYS_A_CALL = 30
_ACCOUNT_FIELDS = ["advertiser_id", "name", "currency", "timezone", "display_timezone"]
_CAMPAIGN_FIELDS = ["campaign_id", "campaign_name", "operation_status", "objective_type", "budget", "budget_mode"]

CREDENTIALS = {"access_token": "the long-term access token of the app, authorised by the advertiser"}
OPTIONS = {
    "conversion_metric": "the metric that counts conversions (conversion)",
    "page_size": "rows a page, at most 1000 (1000)",
    "value_metric": "the metric that says what conversions are worth (total_purchase_value)",
}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> TikTokAds:
    """The connector of one source. Raises CompanyError for options it cannot use."""
    options = Options(section, company)
    client = factory(
        HOST, classify=classify, auth=HeaderToken("Access-Token", factory.secrets["access_token"]), rate=10, capacity=10
    )
    return TikTokAds(
        section,
        client,
        metrics=(
            options.text("conversion_metric", "conversion"),
            options.text("value_metric", "total_purchase_value"),
        ),
        page_size=options.integer("page_size", 1000, least=1),
    )


class TikTokAds:
    """Spend by campaign and day, or the list of campaigns."""

    restatement_days = RESTATEMENT_DAYS
    version = 1

    def __init__(self, section: SourceSection, client: Client, *, metrics: tuple[str, str], page_size: int) -> None:
        self.entity = section.entity
        self.slicing: Slicing = "month" if self.entity == SPEND else "all"
        self.controlled = "spend" if self.entity == SPEND else None
        self._section = section
        self._client = client
        self._metrics = ["campaign_name", "spend", "impressions", "clicks", *metrics]
        self._shape = shapes.spend_shape(*metrics)
        self._page_size = page_size

    def describe(self, account: str) -> Account:
        """The advertiser. Raises AccessError where there is none: TikTok answers with an empty list."""
        params = {"advertiser_ids": json.dumps([account]), "fields": json.dumps(_ACCOUNT_FIELDS)}
        data = self._client.get("open_api/v1.3/advertiser/info/", params=params).json().get("data") or {}
        for found in data.get("list") or []:
            told = shapes.ACCOUNT.read(found)
            if told["id"] == account:
                zone = told["time_zone"] or told["offset"]
                return Account(account, told["name"], told["currency"], zone)
        raise AccessError(
            f"{self._section.name}: TikTok knows no advertiser {account}, or the app may not read it: check accounts "
            f"under [sources.{self._section.name}] and the advertiser's authorisation of the app"
        )

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Pages of the report, or of the advertiser's campaigns."""
        if self.entity == CAMPAIGNS:
            params = {"advertiser_id": account.id, "fields": json.dumps(_CAMPAIGN_FIELDS)}
            yield from self._pages("open_api/v1.3/campaign/get/", params, f"campaigns of {account.id}")
            return
        asked = {
            "data_level": "AUCTION_CAMPAIGN",
            "dimensions": json.dumps(["campaign_id", "stat_time_day"]),
            "metrics": json.dumps(self._metrics),
            # Without this TikTok leaves out deleted campaigns, and their spend with them.
            "filtering": json.dumps(
                [{"field_name": "campaign_status", "filter_type": "IN", "filter_value": json.dumps(["STATUS_ALL"])}]
            ),
        }
        yield from self._report(account, asked, first_day, last_day)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The page's rows. Raises SchemaError, and ValueError where the page is not whole JSON."""
        for found in items(page.body, "data.list.item"):
            if self.entity == CAMPAIGNS:
                yield _campaign(shapes.CAMPAIGN.read(found, reading))
            else:
                yield spend_row(PLATFORM, account, self._shape.read(found, reading))

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Spend by day, asked at advertiser level."""
        if self.entity == CAMPAIGNS:
            return None
        asked = {
            "data_level": "AUCTION_ADVERTISER",
            "dimensions": json.dumps(["advertiser_id", "stat_time_day"]),
            "metrics": json.dumps(["spend"]),
        }
        totals: dict[date, Decimal] = defaultdict(Decimal)
        for page in self._report(account, asked, first_day, last_day):
            for found in items(page.body, "data.list.item"):
                read = shapes.CONTROL.read(found)
                totals[in_period(read["day"], first_day, last_day, "dimensions.stat_time_day")] += read["spend"]
        return totals

    def _report(self, account: Account, asked: Mapping[str, str], first_day: date, last_day: date) -> Iterator[RawPage]:
        for first, last in spans(first_day, last_day, _DAYS_A_CALL):
            params = {
                "advertiser_id": account.id,
                "report_type": "BASIC",
                "service_type": "AUCTION",
                **asked,
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
            }
            request = f"report of {account.id}, {asked['data_level']}, {first} to {last}"
            yield from self._pages("open_api/v1.3/report/integrated/get/", params, request)

    def _pages(self, path: str, params: Mapping[str, str], request: str) -> Iterator[RawPage]:
        page, pages, total, rows = 1, 1, 0, set[str]()
        while page <= pages:
            answer = self._client.get(path, params={**params, "page": page, "page_size": self._page_size})
            yield answer.page(f"{request}, page {page}")
            told = answer.json()
            pages, total = _counts(told, f"{self._client.source}: {request}")
            rows |= identities((told.get("data") or {}).get("list") or (), "dimensions", "campaign_id")
            page += 1
        if len(rows) < total:
            raise FetchError(
                f"{self._client.source}: {request}: TikTok counts {total} rows and gave {len(rows)}; run again later"
            )


def _counts(told: Any, request: str) -> tuple[int, int]:
    """How many pages and rows there are. Without these numbers the rest of the report would be missing unseen."""
    info = (told.get("data") or {}).get("page_info") or {}
    count, rows = info.get("total_page"), info.get("total_number", 0)
    if not isinstance(count, int):
        raise FetchError(f"{request}: TikTok does not say how many pages there are (found {count!r}); run again later")
    return count, rows if isinstance(rows, int) else 0


def _campaign(row: dict[str, Any]) -> Row:
    # Any other mode is a budget for the campaign's whole life, or none.
    if row["_budget_mode"] != "BUDGET_MODE_DAY":
        row["daily_budget"] = None
    row["platform"] = PLATFORM
    return row

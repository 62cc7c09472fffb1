"""Microsoft Advertising as a connector: see reporting.py for how it is asked and report.py for how it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from outlay.company import Company, SourceSection
from outlay.sources.ads import CAMPAIGNS, SPEND, in_period, lower, spend_row
from outlay.sources.fetched.auth import HeaderToken, OAuth2Refresh, Together
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.microsoft_ads import report as reports
from outlay.sources.microsoft_ads.answers import classify
from outlay.sources.microsoft_ads.reporting import Reporting
from outlay.sources.microsoft_ads.zones import iana_of, word_of
from outlay.sources.options import Options

PLATFORM = "microsoft_ads"
REPORTING = "https://reporting.api.bingads.microsoft.com"
CUSTOMERS = "https://clientcenter.api.bingads.microsoft.com"
MANAGEMENT = "https://campaign.api.bingads.microsoft.com"
TOKEN_URL = "https://login.microsoftonline.com/common/oauth2/v2.0/token"
SCOPE = "https://ads.microsoft.com/msads.manage offline_access"
RESTATEMENT_DAYS = 30
# Unless they are named, only search campaigns are listed.
CAMPAIGN_TYPES = "Search Shopping DynamicSearchAds Audience Hotel PerformanceMax App"

CREDENTIALS = {
    "client_id": "the application's client id at Microsoft Entra",
    "client_secret": "the application's client secret",
    "developer_token": "the developer token of Microsoft Advertising",
    "refresh_token": "a refresh token of a user who may see the accounts, with the scope msads.manage",
}
OPTIONS = {
    "conversions_column": "the report column that counts conversions (Conversions)",
    "customer_id": "the manager account through which the accounts are seen (the account's own)",
    "only_complete_days": "true: fail while Microsoft has not finished a day, in place of a figure that may grow",
    "report_time_zone": "Microsoft's word for the time zone that cuts the days (the account's own)",
}

_ACCOUNT = Shape(
    [
        Field("name", "Account.Name"),
        Field("currency", "Account.CurrencyCode", "currency", required=True),
        Field("time_zone", "Account.TimeZone", required=True),
        Field("customer", "Account.ParentCustomerId"),
    ]
)
_CAMPAIGN = Shape(
    [
        Field("campaign_id", "Id", required=True),
        Field("name", "Name", required=True),
        Field("status", "Status", lower),
        Field("daily_budget", "DailyBudget", "money"),
        Field("objective", "CampaignType", lower),
    ]
)


class _Login(OAuth2Refresh):
    """Microsoft wants the scope at every renewal."""

    def _grant(self) -> Mapping[str, str]:
        return {**super()._grant(), "scope": SCOPE}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> MicrosoftAds:
    """The connector of one source. Raises CompanyError for options it cannot use."""
    options, secrets = Options(section, company), factory.secrets
    login = _Login(
        factory.token_url(TOKEN_URL),
        secrets["client_id"],
        secrets["client_secret"],
        refresh_token=secrets["refresh_token"],
    )
    auth = Together((login, HeaderToken("DeveloperToken", secrets["developer_token"])))
    reporting, customers, management = (
        factory(host, classify=classify, auth=auth) for host in (REPORTING, CUSTOMERS, MANAGEMENT)
    )
    return MicrosoftAds(
        section,
        Reporting(reporting, options.flag("only_complete_days")),
        customers,
        management,
        conversions=options.text("conversions_column", "Conversions"),
        customer=options.text("customer_id", ""),
        zone=options.text("report_time_zone", ""),
    )


class MicrosoftAds:
    """Spend by campaign and day, or the list of campaigns."""

    restatement_days = RESTATEMENT_DAYS
    version = 1

    def __init__(
        self,
        section: SourceSection,
        reporting: Reporting,
        customers: Client,
        management: Client,
        *,
        conversions: str,
        customer: str,
        zone: str,
    ) -> None:
        self.entity = section.entity
        self.slicing: Slicing = "month" if self.entity == SPEND else "all"
        self.controlled = "spend" if self.entity == SPEND else None
        self._reporting = reporting
        self._customers = customers
        self._management = management
        self._columns = reports.spend_columns(conversions)
        self._shape = reports.spend_shape(conversions)
        self._customer = customer
        self._zone = zone
        self._owners: dict[str, str] = {}  # account -> the customer it belongs to

    def describe(self, account: str) -> Account:
        """The account. Raises AccessError where there is none or it may not be read."""
        asked = {"AccountId": account}
        told = _ACCOUNT.read(self._customers.post("CustomerManagement/v13/Account/Query", json=asked).json())
        if told["customer"]:
            self._owners[account] = told["customer"]
        return Account(account, told["name"], told["currency"], iana_of(self._zone or told["time_zone"]))

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """The report's ZIP, no page at all where there is no data; or the account's campaigns."""
        if self.entity == CAMPAIGNS:
            asked = {"AccountId": account.id, "CampaignType": CAMPAIGN_TYPES}
            path = "CampaignManagement/v13/Campaigns/QueryByAccountId"
            answer = self._management.post(path, json=asked, headers=self._headers(account))
            yield answer.page(f"campaigns of {account.id}")
            return
        page = self._report("CampaignPerformanceReport", self._columns, account, first_day, last_day)
        if page is not None:
            yield page

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The page's rows. Raises SchemaError; ValueError, zipfile.BadZipFile where the page is not whole."""
        if self.entity == CAMPAIGNS:
            for found in items(page.body, "Campaigns.item"):
                yield _CAMPAIGN.read(found) | {"platform": PLATFORM}
            return
        report = reports.Report(page.body)
        for read in report.rows(self._shape, reading):
            if read["_account"] != account.id:
                raise SchemaError("AccountId", f"the account asked for, {account.id}", read["_account"])
            row = spend_row(PLATFORM, account, read)
            row["is_final"] = not report.is_incomplete
            yield row

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Spend by day, asked by account."""
        if self.entity == CAMPAIGNS:
            return None
        totals: dict[date, Decimal] = defaultdict(Decimal)
        page = self._report("AccountPerformanceReport", reports.CONTROL_COLUMNS, account, first_day, last_day)
        if page is not None:
            for read in reports.Report(page.body).rows(reports.CONTROL):
                if read["account"] != account.id:
                    raise SchemaError("AccountId", f"the account asked for, {account.id}", read["account"])
                totals[in_period(read["day"], first_day, last_day, reports.TIME)] += read["spend"]
        return totals

    def _report(
        self, kind: str, columns: list[str], account: Account, first_day: date, last_day: date
    ) -> RawPage | None:
        zone = self._zone or word_of(account.time_zone or "")
        answer = self._reporting.fetched(kind, columns, account.id, self._headers(account), (first_day, last_day), zone)
        return answer.page(f"{kind} of {account.id}, {first_day} to {last_day}, {zone}") if answer else None

    def _headers(self, account: Account) -> dict[str, str]:
        customer = self._customer or self._owners.get(account.id, "")
        return {"CustomerAccountId": account.id} | ({"CustomerId": customer} if customer else {})

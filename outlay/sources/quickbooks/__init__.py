"""QuickBooks Online: the ledger from its report; bills, vendor credits, accounts and vendors by query."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.fetched.auth import OAuth2Refresh
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.options import Options
from outlay.sources.quickbooks.classify import classify
from outlay.sources.quickbooks.connector import RECORDS, QuickBooks
from outlay.sources.quickbooks.report import Dimensions

ENTITIES = ("ledger_entries", *RECORDS)

CREDENTIALS = {
    "client_id": "the client id of the app at Intuit",
    "client_secret": "the client secret of the app at Intuit",
    "refresh_token": "the refresh token of the company; Intuit replaces it, the last one must be set before each run",
}

_DIMENSIONS = ("department_id", "campaign_id", "channel", "none")
OPTIONS = {
    "class_is": f"what a class means: one of {', '.join(_DIMENSIONS)}; department_id by default",
    "location_is": f"what a location means: one of {', '.join(_DIMENSIONS)}; none by default",
    "account_ids": "number (the default: the account's number, its id where it has none) or id",
    "minor_version": "version of the interface, 75 by default",
}

_HOST = "https://quickbooks.api.intuit.com"
_TOKENS = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
# 500 a minute are allowed for a company.
_REQUESTS_A_SECOND = 8.0


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> QuickBooks:
    """The connector of `[sources.<name>]`; the account is the company's realm id."""
    options = Options(section, company)
    secrets = factory.secrets
    auth = OAuth2Refresh(
        factory.token_url(_TOKENS),
        secrets["client_id"],
        secrets["client_secret"],
        refresh_token=secrets["refresh_token"],
        basic=True,
    )
    return QuickBooks(
        factory(_HOST, classify=classify, auth=auth, rate=_REQUESTS_A_SECOND, capacity=10.0, timeout=120.0),
        section.entity,
        source=section.name,
        first_day=section.start,
        currency=section.currency,
        minor_version=options.integer("minor_version", 75, 1),
        dimensions=Dimensions(
            class_is=options.text("class_is", "department_id", _DIMENSIONS),
            location_is=options.text("location_is", "none", _DIMENSIONS),
            by_number=options.text("account_ids", "number", ("number", "id")) == "number",
        ),
    )

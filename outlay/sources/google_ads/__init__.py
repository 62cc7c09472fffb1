"""Google Ads, over its REST interface: what campaigns cost by day, the campaigns, and Google's monthly invoices."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Connector
from outlay.sources.google_ads.api import Api
from outlay.sources.google_ads.campaigns import GoogleCampaigns
from outlay.sources.google_ads.invoices import GoogleInvoices
from outlay.sources.google_ads.spend import GoogleSpend

CREDENTIALS = {
    "developer_token": "the developer token of the manager account",
    "client_id": "the OAuth client's id",
    "client_secret": "the OAuth client's secret",
    "refresh_token": "the refresh token of a user who may read the accounts",
}
OPTIONS = {
    "login_customer_id": "the manager account through which the accounts are read",
    "api_version": "the version of the interface, such as v26",
}
ENTITIES = ("platform_spend", "campaigns", "platform_invoices")


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> Connector:
    """The connector for the section's entity; asks nothing yet."""
    api = Api.open(section, factory)
    if section.entity == "campaigns":
        return GoogleCampaigns(api)
    if section.entity == "platform_invoices":
        return GoogleInvoices(api)
    return GoogleSpend(api)

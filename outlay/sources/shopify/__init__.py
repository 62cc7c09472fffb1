"""Shopify: orders as conversions, and refunds, from the Admin GraphQL interface."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.fetched.auth import HeaderToken
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.http import Client
from outlay.sources.options import Options
from outlay.sources.shopify.classify import classify
from outlay.sources.shopify.connector import Shopify
from outlay.sources.shopify.orders import Valuing

ENTITIES = ("conversions", "refunds")

CREDENTIALS = {"access_token": "the Admin API access token of a custom app with read_orders (and read_all_orders)"}

OPTIONS = {
    "api_version": "version of the interface, 2026-10 by default",
    "columns": 'list of "canonical column = key of an order\'s additional details", such as "user_id = visitor_id"',
    "money": "shop (the default): amounts in the shop's currency; presentment: in the currency the customer paid in",
    "revenue": "total (the default): with tax and shipping; without_tax: less the tax of the order",
    "page_size": "orders a page, 50 by default; each order costs points of the shop's rate limit",
    "recent_only": "true: go on without the scope read_all_orders, although the shop then shows 60 days only",
}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> Shopify:
    """The connector of `[sources.<name>]`; the account is the shop's domain, such as example.myshopify.com."""
    options = Options(section, company)
    auth = HeaderToken("X-Shopify-Access-Token", factory.secrets["access_token"])

    def client_for(account: str) -> Client:
        return factory(f"https://{account}", classify=classify, auth=auth)

    return Shopify(
        client_for,
        section.entity,
        api_version=options.text("api_version", "2026-10"),
        page_size=options.integer("page_size", 50, 1),
        recent_only=options.flag("recent_only"),
        shops_are_paths=section.base_url is not None,
        valuing=Valuing(
            money="presentmentMoney"
            if options.text("money", "shop", ("shop", "presentment")) == "presentment"
            else "shopMoney",
            without_tax=options.text("revenue", "total", ("total", "without_tax")) == "without_tax",
            attributes=options.columns(),
        ),
    )

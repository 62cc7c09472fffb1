"""The European Central Bank's reference rates: one euro in other currencies, a day at a time."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.ecb.connector import BASE_URL, EcbRates
from outlay.sources.ecb.feeds import feed_verdict
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Connector

CREDENTIALS: dict[str, str] = {}
OPTIONS: dict[str, str] = {}
ENTITIES = ("fx_rates",)


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> Connector:
    """The connector; asks nothing yet."""
    return EcbRates(factory(BASE_URL, classify=feed_verdict), section.start)

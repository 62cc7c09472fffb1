"""NetSuite: the general ledger, accounts and vendors by SuiteQL, signed with token-based authentication (OAuth 1)."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.oauth1 import OAuth1
from outlay.sources.netsuite.classify import classify
from outlay.sources.netsuite.connector import NetSuite
from outlay.sources.netsuite.queries import TABLES, Query
from outlay.sources.options import Options

ENTITIES = tuple(TABLES)

CREDENTIALS = {
    "consumer_key": "the consumer key of the integration record",
    "consumer_secret": "the consumer secret of the integration record",
    "token_id": "the id of an access token whose role may use SuiteAnalytics Workbook and REST web services",
    "token_secret": "the secret of that access token",
}

OPTIONS = {
    "columns": 'list of "canonical column = SuiteQL expression", instead of or besides the standard ones, such as '
    '"campaign_id = tl.custcol_campaign"; t is transaction, tl transactionline, tal transactionaccountingline',
    "accounting_book": "number of the accounting book, 1 by default; 0 in an account without multi-book accounting",
    "subsidiary": "number of the subsidiary whose lines count; 0, the default, for all",
    "posted_only": "true (the default): lines in the ledger; false: others too, then state a column status",
    "row_cap": "rows that the platform gives out for one query, 100000 by default; beyond it days are asked apart",
}

# The platform allows few requests at a time for an account; one after the other stays below every tier.
_REQUESTS_A_SECOND = 5.0


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> NetSuite:
    """The connector of `[sources.<name>]`; the account is NetSuite's account id, such as 1234567 or 1234567_SB1."""
    options = Options(section, company)
    query = Query(
        section.entity,
        options.columns(),
        accounting_book=options.integer("accounting_book", 1),
        subsidiary=options.integer("subsidiary", 0),
        posted_only=options.flag("posted_only", True),
    )

    def client_for(account: str) -> Client:
        secrets = factory.secrets
        auth = OAuth1(
            account.upper().replace("-", "_"),
            secrets["consumer_key"],
            secrets["consumer_secret"],
            secrets["token_id"],
            secrets["token_secret"],
        )
        host = account.lower().replace("_", "-")
        return factory(
            f"https://{host}.suitetalk.api.netsuite.com", classify=classify, auth=auth, rate=_REQUESTS_A_SECOND
        )

    return NetSuite(
        query,
        client_for,
        source=section.name,
        currency=section.currency,
        row_cap=options.integer("row_cap", 100_000, 1),
    )

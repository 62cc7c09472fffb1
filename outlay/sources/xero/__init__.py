"""Xero: the ledger from its journals; bills and credit notes, accounts and contacts from their own lists."""

from __future__ import annotations

from outlay.company import Company, SourceSection
from outlay.sources.fetched.auth import Auth, ClientCredentials, OAuth2Refresh
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.options import Options
from outlay.sources.xero.classify import classify
from outlay.sources.xero.connector import LISTS, Xero
from outlay.sources.xero.values import Naming

ENTITIES = ("ledger_entries", *LISTS)

CREDENTIALS = {
    "client_id": "the client id of the app; of a custom connection where there is no refresh token",
    "client_secret": "the secret of that client",
    "refresh_token": "optional: the refresh token of an app without a custom connection; Xero accepts each one once",
}

OPTIONS = {
    "tracking": 'list of "canonical column = tracking category", such as "department_id = Department"',
    "account_ids": "number (the default: the account's code, its id where it has none) or id",
    "ledger_vendors": "true (the default): bills, credit notes and payments are asked too, so that a ledger line names "
    "its vendor; false saves these requests",
    "after_journal": "number of the last journal that is left out, 0 by default; a ledger of many years need not be "
    "read from its first journal every day",
}

_HOST = "https://api.xero.com"
_TOKENS = "https://identity.xero.com/connect/token"
_SCOPES = "accounting.journals.read accounting.transactions.read accounting.settings.read accounting.contacts.read"
# 60 a minute are allowed for an organisation.
_REQUESTS_A_SECOND = 1.0


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> Xero:
    """The connector of `[sources.<name>]`; the account is the tenant id of the organisation."""
    options = Options(section, company)
    secrets, tokens = factory.secrets, factory.token_url(_TOKENS)
    client = (tokens, secrets["client_id"], secrets["client_secret"])
    auth: Auth = ClientCredentials(*client, basic=True, scope=_SCOPES)
    if "refresh_token" in secrets:
        auth = OAuth2Refresh(*client, basic=True, refresh_token=secrets["refresh_token"])
    return Xero(
        factory(_HOST, classify=classify, auth=auth, rate=_REQUESTS_A_SECOND, capacity=50.0),
        section.entity,
        first_day=section.start,
        naming=Naming(
            tracking={category: column for column, category in options.columns("tracking").items()},
            by_code=options.text("account_ids", "number", ("number", "id")) == "number",
        ),
        ledger_vendors=options.flag("ledger_vendors", True),
        after_journal=options.integer("after_journal", 0),
    )

"""How Google Ads is asked: one streamed query a time, for one customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from outlay.company import SourceSection
from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.auth import HeaderToken, OAuth2Refresh, Together
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import AccessError, FetchError
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.google_ads.classify import google_verdict

PLATFORM = "google_ads"
BASE_URL = "https://googleads.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"
VERSION = "v26"
# Where the rows of a streamed answer stand: it is an array of batches.
RESULTS = "item.results.item"

_ACCOUNT = Shape(
    [
        Field("name", "customer.descriptiveName"),
        Field("currency", "customer.currencyCode", "currency", required=True),
        Field("time_zone", "customer.timeZone", required=True),
    ]
)

_TOTAL = Shape([Field("total", "totalResultsCount", "integer", default=0)])


@dataclass(frozen=True)
class Api:
    """Asks in the name of one source. Accounts are written as in the platform's pages, with or without hyphens."""

    source: str
    client: Client
    version: str
    login_customer_id: str | None

    @classmethod
    def open(cls, section: SourceSection, factory: ClientFactory) -> Api:
        secrets = factory.secrets
        token = OAuth2Refresh(
            factory.token_url(TOKEN_URL),
            secrets["client_id"],
            secrets["client_secret"],
            refresh_token=secrets["refresh_token"],
        )
        auth = Together((token, HeaderToken("developer-token", secrets["developer_token"])))
        login = section.options.get("login_customer_id")
        return cls(
            section.name,
            factory(BASE_URL, classify=google_verdict, auth=auth, timeout=300.0),
            str(section.options.get("api_version", VERSION)),
            digits(str(login)) if login else None,
        )

    def stream(self, account: str, query: str) -> Answer:
        """The whole answer to a query, as an array of batches."""
        return self.client.post(
            f"{self._customer(account)}/googleAds:searchStream", json={"query": query}, headers=self._headers()
        )

    def campaigns(self, account: str, query: str) -> Answer:
        """The whole answer to a query that gives a row a campaign. Raises FetchError where Google counts more of them.

        Counted before: no campaign ever goes, one that comes in between does no harm.
        """
        counted = self.client.post(
            f"{self._customer(account)}/googleAds:search",
            json={"query": query, "searchSettings": {"omitResults": True, "returnTotalResultsCount": True}},
            headers=self._headers(),
        )
        total = _TOTAL.read(counted.json())["total"]
        answer = self.stream(account, query)
        rows = items(answer.body, RESULTS)
        ids = identities((found.get("campaign", found) if isinstance(found, dict) else found for found in rows), "id")
        if len(ids) < total:
            raise FetchError(f"{self.source}: Google counts {total} campaigns and gave {len(ids)}; run again later")
        return answer

    def results(self, account: str, query: str) -> Iterator[Any]:
        """The rows of a query whose answer is not kept."""
        yield from items(self.stream(account, query).body, RESULTS)

    def get(self, account: str, what: str, params: dict[str, str]) -> Answer:
        """A resource of a customer that is not asked by query."""
        return self.client.get(f"{self._customer(account)}/{what}", params=params, headers=self._headers())

    def describe(self, account: str) -> Account:
        """What Google says of the account. Raises AccessError where there is no such customer."""
        query = (
            "SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone "
            "FROM customer LIMIT 1"
        )
        found = next(self.results(account, query), None)
        if found is None:
            raise AccessError(f"{self.source}: no such customer; check accounts under [sources.{self.source}]")
        return Account(account, **_ACCOUNT.read(found))

    def _customer(self, account: str) -> str:
        return f"{self.version}/customers/{digits(account)}"

    def _headers(self) -> dict[str, str]:
        return {"login-customer-id": self.login_customer_id} if self.login_customer_id else {}


def digits(account: str) -> str:
    """A customer's number without hyphens."""
    return account.replace("-", "")

"""Pages through SuiteQL answers and reads rows out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import AccessError, FetchError, SchemaError, TooMuchDataError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.netsuite.queries import Query

_PATH = "/services/rest/query/v1/suiteql"
_PAGE_ROWS = 1000
# Rows that come or go while pages are read shift what follows; then the whole range is read again, so many times.
_ATTEMPTS = 3
_BASE_CURRENCIES = "SELECT cur.symbol AS currency FROM currency cur WHERE cur.isbasecurrency = 'T' ORDER BY cur.id"

_CURRENCY = Shape([Field("currency", "currency", "currency", required=True)], known=("links",))


class NetSuite:
    """One entity of a NetSuite account.

    The control total of the ledger is asked as a sum by day, in home currency: each journal sums to zero, so that a
    lost or changed line shows, and `fetch` compares the number of rows with what NetSuite says there are.
    """

    restatement_days = 95  # an open quarter; backdated entries beyond it need `--from`
    version = 1

    def __init__(
        self,
        query: Query,
        client_for: Callable[[str], Client],
        *,
        source: str,
        currency: str | None = None,
        row_cap: int = 100_000,
    ) -> None:
        self.entity = query.entity.name
        self.slicing: Slicing = "month" if query.table.day else "all"
        self.controlled = "amount_home" if query.table.day else None
        self._query = query
        self._client_for = client_for
        self._source = source
        self._currency = currency
        self._row_cap = row_cap
        self._clients: dict[str, Client] = {}

    def describe(self, account: str) -> Account:
        """The account's home currency. A query is the only probe that needs no more rights than the fetch itself."""
        given = self._ask(account, _BASE_CURRENCIES, 0).json().get("items") or ()
        found = [_CURRENCY.read(item)["currency"] for item in given]
        if not found and not self._currency:
            raise AccessError(
                f"the account shows no home currency: give the token's role the permission "
                f"Currency, or state currency under [sources.{self._source}]"
            )
        if len(found) > 1 and not self._currency:
            raise FetchError(
                f"the account has subsidiaries in {', '.join(found)}: state one of them as "
                f"currency and its subsidiary in options under [sources.{self._source}]"
            )
        return Account(account, currency=self._currency or found[0])

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Pages of at most 1,000 rows; a range beyond the platform's cap is asked in halves."""
        try:
            pages = self._pages(account.id, self._query.rows(first_day, last_day), f"{first_day}..{last_day}")
        except TooMuchDataError as error:
            if first_day == last_day or self.slicing == "all":
                raise FetchError(
                    f"{first_day}: {error}; no smaller piece can be asked: fetch "
                    "one subsidiary a source (options.subsidiary)"
                ) from None
            middle = first_day + (last_day - first_day) // 2
            yield from self.fetch(account, first_day, middle)
            yield from self.fetch(account, middle + timedelta(days=1), last_day)
            return
        yield from pages

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """Every item of a page. A column that NetSuite leaves out is NULL."""
        read, translate = self._query.shape.read, self._query.translate
        is_ledger = self.entity == "ledger_entries"
        for item in items(page.body, "items.item"):
            row = translate(read(item, reading))
            if is_ledger and row["amount"] is None:
                if row.get("doc_type") != "fx_reval":
                    raise SchemaError("amount", "an amount", None)
                # A revaluation has no foreign amount: what was posted is home currency.
                row["amount"], row["currency"] = row.get("amount_home"), account.currency
            yield row

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Home amounts by day; zero on each day of a ledger in balance."""
        if self.controlled is None:
            return None
        query = self._query.sums(self.controlled, first_day, last_day)
        pages = self._pages(account.id, query, f"{first_day}..{last_day}")
        read = self._query.sums_shape.read
        found = [read(item) for page in pages for item in items(page.body, "items.item")]
        return {row["date_day"]: row["total"] for row in found}

    # -- paging --------------------------------------------------------------------------------------------------

    def _pages(self, account: str, query: str, what: str) -> list[RawPage]:
        """All pages of one query. Raises TooMuchDataError when there are more rows than can be paged through."""
        for _ in range(_ATTEMPTS):
            pages = self._pages_once(account, query, what)
            if pages is not None:
                return pages
        raise FetchError(
            f"{what}: rows were added or removed during each of {_ATTEMPTS} "
            "attempts to page through them; run again when nobody posts"
        )

    def _pages_once(self, account: str, query: str, what: str) -> list[RawPage] | None:
        """None when the number of rows changed in between."""
        pages: list[RawPage] = []
        total, rows, has_more = None, set[str](), True
        while has_more:
            answer = self._ask(account, query, len(pages) * _PAGE_ROWS)
            document = answer.json()
            if not isinstance(document.get("items"), list) or not isinstance(document.get("totalResults"), int):
                raise FetchError(
                    f"{answer.asked}: the answer has no items or no totalResults; the platform has changed"
                )
            if total is not None and document["totalResults"] != total:
                return None
            total = document["totalResults"]
            if total > self._row_cap:
                raise TooMuchDataError(f"{total} rows, of which NetSuite gives out {self._row_cap}")
            rows |= identities(document["items"])
            pages.append(answer.page(f"{query} (rows from {len(pages) * _PAGE_ROWS})"))
            has_more = bool(document.get("hasMore"))
        if len(rows) < (total or 0):
            raise FetchError(f"{what}: NetSuite counts {total} rows and gave {len(rows)}; run again")
        return pages

    def _ask(self, account: str, query: str, offset: int) -> Answer:
        client = self._clients.get(account)
        if client is None:
            client = self._clients[account] = self._client_for(account)
        # Without `Prefer: transient` the platform refuses the query.
        return client.post(
            _PATH,
            json={"q": query},
            params={"limit": _PAGE_ROWS, "offset": offset},
            headers={"Prefer": "transient"},
        )

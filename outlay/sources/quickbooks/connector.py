"""Asks QuickBooks for reports by month and for records by query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import FetchError, SchemaError, TooMuchDataError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.quickbooks import records
from outlay.sources.quickbooks.report import COLUMNS, HOME_COLUMNS, Dimensions, read_report

_PAGE_ROWS = 1000
# What a report says, with HTTP 200, in place of the rows that are beyond the cells one answer may hold.
_TOO_LARGE = b"Unable to display more data"

# entity -> the kinds of records that it is read from
RECORDS: dict[str, tuple[str, ...]] = {
    "vendor_invoices": ("Bill", "VendorCredit"),
    "vendor_invoice_lines": ("Bill", "VendorCredit"),
    "accounts": ("Account",),
    "vendors": ("Vendor",),
}


class QuickBooks:
    """One entity of a QuickBooks company.

    The control total of the ledger is double entry itself: home amounts of every day sum to zero. Besides, the report's
    own totals by account are held against its rows. Records are counted by a query of their own.
    """

    restatement_days = 400  # entries are changed and backdated until a year is closed; a month is one request
    version = 1

    def __init__(
        self,
        client: Client,
        entity: str,
        *,
        source: str,
        first_day: date | None = None,
        currency: str | None = None,
        minor_version: int = 75,
        dimensions: Dimensions | None = None,
    ) -> None:
        self.entity = entity
        self.slicing: Slicing = "month" if entity == "ledger_entries" else "all"
        self.controlled = "amount_home" if entity == "ledger_entries" else None
        self._client = client
        self._source = source
        self._first_day = first_day
        self._currency = currency
        self._minor_version = minor_version
        self._dimensions = dimensions or Dimensions()
        self._has_currencies: dict[str, bool] = {}
        self._readers: dict[str, Callable[..., Iterator[Row]]] = {
            "vendor_invoices": records.invoices,
            "vendor_invoice_lines": records.lines(self._dimensions.class_is),
            "accounts": records.accounts(self._dimensions.account),
            "vendors": records.vendors,
        }

    def describe(self, account: str) -> Account:
        """The company's name and home currency."""
        about = self._get(account, f"companyinfo/{account}").json().get("CompanyInfo", {})
        preferences = self._preferences(account)
        home = (preferences.get("HomeCurrency") or {}).get("value") or self._currency
        if not home:
            raise FetchError(f"the company states no home currency: state currency under [sources.{self._source}]")
        return Account(account, name=about.get("CompanyName"), currency=home)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """One report, or several of fewer days where one is too large; or all records, 1,000 a page."""
        if self.slicing == "month":
            yield from self._report(account, first_day, last_day)
        else:
            for kind in RECORDS[self.entity]:
                yield from self._records(account.id, kind)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The postings of a report, or the records of a page."""
        if self.entity == "ledger_entries":
            yield from read_report(page.body, account, self._dimensions, reading)
            return
        for record in items(page.body, f"QueryResponse.{page.role}.item"):
            yield from self._readers[self.entity](record, page.role, account, reading)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """Zero on every day: debits and credits of a day are equal, in home currency."""
        if self.controlled is None:
            return None
        days = (last_day - first_day).days + 1
        return {first_day + timedelta(days=number): Decimal(0) for number in range(days)}

    # -- asking --------------------------------------------------------------------------------------------------

    def _report(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Without the home columns a company with several currencies gets empty amounts, without an error."""
        columns = COLUMNS + (HOME_COLUMNS if self._uses_currencies(account.id) else ())
        asked = {
            "start_date": first_day.isoformat(),
            "end_date": last_day.isoformat(),
            "accounting_method": "Accrual",
            "columns": ",".join(columns),
        }
        try:
            answer = self._get(account.id, "reports/GeneralLedger", asked)
            if _TOO_LARGE in answer.bytes():
                raise TooMuchDataError("the report is larger than QuickBooks gives out at once")
        except TooMuchDataError as error:
            if first_day == last_day:
                raise FetchError(f"{first_day}: {error}; a single day is too large for a report") from None
            middle = first_day + (last_day - first_day) // 2
            yield from self._report(account, first_day, middle)
            yield from self._report(account, middle + timedelta(days=1), last_day)
            return
        page = answer.page(f"GeneralLedger {first_day}..{last_day}")
        self._add_up(page, account)
        yield page

    def _add_up(self, page: RawPage, account: Account) -> None:
        """Raises FetchError for a report whose rows are not all there, before it takes an earlier one's place."""
        try:
            for _ in self.parse(page, account, Reading()):
                continue
        except SchemaError:
            return  # landing says what has changed, and keeps the answer to look at

    def _records(self, account: str, kind: str) -> Iterator[RawPage]:
        where = self._where(kind)
        counted = self._query(account, f"select count(*) from {kind}{where}").json()
        total = int(counted.get("QueryResponse", {}).get("totalCount", 0))
        ids = set[str]()
        for start in range(1, max(total, 1) + 1, _PAGE_ROWS):
            query = f"select * from {kind}{where} orderby Id startposition {start} maxresults {_PAGE_ROWS}"
            answer = self._query(account, query)
            ids |= identities(answer.json().get("QueryResponse", {}).get(kind, ()), "Id")
            yield answer.page(query, kind)
        if len(ids) < total:
            raise FetchError(f"QuickBooks counts {total} of {kind} and gave {len(ids)}; run again")

    def _where(self, kind: str) -> str:
        if kind in ("Account", "Vendor"):
            return " where Active in (true, false)"  # else those that were made inactive are left out
        return f" where TxnDate >= '{self._first_day.isoformat()}'" if self._first_day else ""

    def _uses_currencies(self, account: str) -> bool:
        if account not in self._has_currencies:
            self._preferences(account)
        return self._has_currencies[account]

    def _preferences(self, account: str) -> Mapping[str, Any]:
        """The currency preferences, remembered: they decide which columns a report must be asked for."""
        found = self._query(account, "select * from Preferences").json().get("QueryResponse", {}).get("Preferences")
        preferences: Mapping[str, Any] = (found[0] if found else {}).get("CurrencyPrefs") or {}
        self._has_currencies[account] = bool(preferences.get("MultiCurrencyEnabled"))
        return preferences

    def _query(self, account: str, query: str) -> Answer:
        return self._get(account, "query", {"query": query})

    def _get(self, account: str, what: str, params: Mapping[str, str] | None = None) -> Answer:
        return self._client.get(
            f"/v3/company/{account}/{what}",
            params={**(params or {}), "minorversion": self._minor_version},
            headers={"Accept": "application/json"},
        )

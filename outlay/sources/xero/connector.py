"""Asks Xero for journals by number and for lists by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import AccessError, FetchError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.xero import documents
from outlay.sources.xero.journals import journal_rows
from outlay.sources.xero.values import Naming

_PATH = "/api.xro/2.0"
_PAGE_ROWS = 1000
# list -> the id of its records and the filter that leaves what a company buys
_BOUGHT = {
    "Invoices": ("InvoiceID", 'Type=="ACCPAY"'),
    "CreditNotes": ("CreditNoteID", 'Type=="ACCPAYCREDIT"'),
    "BankTransactions": ("BankTransactionID", 'Type=="SPEND"'),
}
# entity -> the lists that it is read from
LISTS: dict[str, tuple[str, ...]] = {
    "vendor_invoices": ("Invoices", "CreditNotes"),
    "vendor_invoice_lines": ("Invoices", "CreditNotes"),
    "accounts": ("Accounts",),
    "vendors": ("Contacts",),
}
_READERS: dict[str, Callable[..., Iterator[Row]]] = {
    "vendor_invoices": documents.invoices,
    "vendor_invoice_lines": documents.lines,
    "accounts": documents.accounts,
    "vendors": documents.vendors,
}


class Xero:
    """One entity of a Xero organisation.

    Journals are never changed: an edit posts a reversal and a new journal, dated as the transaction, so that new
    journals reach into any month and no month can be asked for alone. All of them are one delivery, read by number.
    There is no coarser figure by day to hold against; instead every journal must be in balance.
    """

    restatement_days = 1
    version = 1
    slicing: Slicing = "all"
    controlled = None

    def __init__(
        self,
        client: Client,
        entity: str,
        *,
        first_day: date | None = None,
        naming: Naming | None = None,
        ledger_vendors: bool = True,
        after_journal: int = 0,
    ) -> None:
        self.entity = entity
        self._client = client
        self._first_day = first_day
        self._naming = naming or Naming()
        self._ledger_vendors = ledger_vendors
        self._after_journal = after_journal
        # Who a document was received from, by the document's id: pages before the journals of a delivery fill it.
        self._vendors: dict[str, str] = {}

    def describe(self, account: str) -> Account:
        """The organisation's name, base currency and time zone."""
        found = self._get(account, "Organisation").json().get("Organisations") or [{}]
        about = found[0]
        if not about.get("BaseCurrency"):
            raise AccessError(f"Xero shows no organisation for tenant {account}: connect the app to it")
        return Account(account, about.get("Name"), about["BaseCurrency"], about.get("Timezone"))

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Everything there is, page by page."""
        if self.entity != "ledger_entries":
            for name in LISTS[self.entity]:
                yield from self._list(account.id, name)
            return
        if self._ledger_vendors:
            for name in _BOUGHT:
                yield from self._list(account.id, name)
        yield from self._journals(account.id)

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The lines of a page's journals, or the records of a page's list."""
        if self.entity != "ledger_entries":
            for record in items(page.body, f"{page.role.split('-')[0]}.item"):
                yield from _READERS[self.entity](record, page.role.split("-")[0], account, self._naming, reading)
        elif page.role != "rows":
            self._learn(page)
        else:
            for journal in items(page.body, "Journals.item"):
                yield from journal_rows(journal, account, self._naming, self._vendors, self._first_day, reading)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """None: see the class."""
        return None

    def _learn(self, page: RawPage) -> None:
        """Notes who the documents of a page are from. The first page of a delivery forgets those of another."""
        name, _, is_first = page.role.partition("-")
        if name == "Invoices" and is_first:
            self._vendors = {}
        id_, _ = _BOUGHT[name]
        for record in items(page.body, f"{name}.item"):
            vendor = (record.get("Contact") or {}).get("ContactID")
            if vendor:
                self._vendors[record[id_]] = vendor

    # -- asking --------------------------------------------------------------------------------------------------

    def _journals(self, account: str) -> Iterator[RawPage]:
        """By JournalNumber until no more come: the offset is the number of the last journal, not a count of rows."""
        offset = self._after_journal
        while True:
            answer = self._get(account, "Journals", {"offset": offset, "paymentsOnly": "false"})
            found = answer.json().get("Journals")
            if not isinstance(found, list):
                raise FetchError(f"{answer.asked}: the answer has no Journals; the platform has changed")
            yield answer.page(f"Journals after number {offset}")
            if not found:
                return
            last = max(int(journal["JournalNumber"]) for journal in found)
            if last <= offset:
                raise FetchError(
                    f"{answer.asked}: asked for journals after {offset}, got none beyond {last}; run again"
                )
            offset = last

    def _list(self, account: str, name: str) -> Iterator[RawPage]:
        """The pages of a list; its own count of items must be reached. Accounts come in one answer."""
        if name == "Accounts":
            yield self._get(account, name).page(name, name)
            return
        number, count, params = 0, None, self._filter(name)
        id_, ids = "ContactID" if name == "Contacts" else _BOUGHT[name][0], set[str]()
        while True:
            number += 1
            answer = self._get(account, name, {**params, "page": number, "pageSize": _PAGE_ROWS})
            document = answer.json()
            found = document.get(name)
            if not isinstance(found, list):
                raise FetchError(f"{answer.asked}: the answer has no {name}; the platform has changed")
            ids |= identities(found, id_)
            count = (document.get("pagination") or {}).get("itemCount", count)
            yield answer.page(f"{name} page {number}", f"{name}-first" if number == 1 else name)
            if not found:
                break
        if count is not None and len(ids) < int(count):
            raise FetchError(f"Xero counts {count} of {name} and gave {len(ids)}; run again")

    def _filter(self, name: str) -> dict[str, Any]:
        if name == "Contacts":
            # Every contact: one that is archived or was merged away still stands on older bills.
            return {"includeArchived": "true", "order": "ContactID"}
        id_, where = _BOUGHT[name]
        if self._first_day and self.entity != "ledger_entries":
            where += f" AND Date>=DateTime({self._first_day:%Y,%m,%d})"
        params: dict[str, Any] = {"where": where, "order": id_}
        if name == "Invoices" and self.entity == "ledger_entries":
            params["summaryOnly"] = "true"
        return params

    def _get(self, account: str, what: str, params: Mapping[str, Any] | None = None) -> Answer:
        return self._client.get(
            f"{_PATH}/{what}",
            params=params,
            headers={"xero-tenant-id": account, "Accept": "application/json"},
        )

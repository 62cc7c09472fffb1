"""The rows of the spend store, as they stand at one moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from outlay.currencies import from_minor
from outlay.sources.fetched.answer import Chain
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.spend_store.queries import all_records
from outlay.spend_store.records import StoredSpend, StoreError
from outlay.spend_store.schema import require_current_schema
from outlay.spend_store.sessions import LOST, Session, connect

_DAYS = ("spend_date", "service_start", "service_end")
_MONEY = ("amount", "tax_amount")
_TEXTS = (
    *("spend_id", "currency", "vendor_id", "net_or_gross", "department_id", "campaign_id", "channel"),
    *("spend_category", "contract_id", "po_id", "invoice_number", "corrects_spend_id"),
)


@dataclass
class RecordedSpend:
    """Every record for days up to the run's, read whole at every run: a void changes a row of any age.

    A record that was taken back and what took it back are both `voided`, so that neither is matched to a ledger line.
    """

    source: str
    url: Callable[[], str]
    chain: Chain
    entity: str = "manual_spend"
    restatement_days: int = 1
    slicing: Slicing = "all"
    controlled: str | None = "amount"
    version: int = 1
    _session: Session | None = field(default=None, repr=False)

    def describe(self, account: str) -> Account:
        """Opens the store on the state it has now. Raises FetchError."""
        self.close()
        with self._told():
            require_current_schema(self.url())
            self._session = connect(self.url())
            self._session.begin_reading()
        return Account(account)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """One file with a line a record."""
        with self._told():
            stored = all_records(self._opened(), until=last_day.isoformat())
        path = self.chain.next_file("").with_suffix(".jsonl")
        with path.open("w", encoding="utf-8") as file:
            for one in stored:
                file.write(json.dumps(_kept(one), ensure_ascii=False) + "\n")
        yield RawPage(f"records for days up to {last_day}", path)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """The sum of a day's amounts, each currency's added up by the store."""
        with self._told():
            rows = self._opened().execute(
                "select spend_date, currency, sum(amount_minor) from spend_records where spend_date <= ? "
                "group by spend_date, currency",
                [last_day.isoformat()],
            )
        totals: dict[date, Decimal] = {}
        for day, currency, units in rows:
            key = date.fromisoformat(day)
            totals[key] = totals.get(key, Decimal(0)) + from_minor(int(units), currency)
        return totals

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The rows of one file."""
        with page.body.open(encoding="utf-8") as file:
            for line in file:
                try:
                    yield _row(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    raise SchemaError("(record)", "a record of the spend store", line) from None

    def close(self) -> None:
        """Lets go of the store."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _opened(self) -> Session:
        if self._session is None:
            self.describe("")
        assert self._session is not None
        return self._session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (StoreError, *LOST) as error:
            raise FetchError(f"{self.source}: {error}") from error


def _kept(stored: StoredSpend) -> dict[str, Any]:
    """A record as it is kept raw: plain JSON, money as text in major units."""
    record = stored.record
    tax = record.tax_minor
    return {
        **{name: getattr(record, name) for name in (*_TEXTS, *_DAYS)},
        "amount": f"{from_minor(record.amount_minor, record.currency):f}",
        "tax_amount": None if tax is None else f"{from_minor(tax, record.currency):f}",
        "state": stored.state,
        "recorded_by": record.client,
        "submitted_at": record.submitted_at,
    }


def _row(kept: Mapping[str, Any]) -> Row:
    return {
        **{name: kept[name] for name in _TEXTS},
        **{name: date.fromisoformat(kept[name]) if kept[name] else None for name in _DAYS},
        **{name: Decimal(kept[name]) if kept[name] is not None else None for name in _MONEY},
        "state": kept["state"],
        "source_system": "spend_store",
        "source_id": kept["spend_id"],
        "source_updated_at": datetime.fromisoformat(kept["submitted_at"]),
    }

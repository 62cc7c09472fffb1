"""Recorded expenditures: SQLite beside the company's data, or PostgreSQL by URL.

A record, the answer of its idempotency key and its row of the audit log are one transaction; a caller hears of success
after a commit that waited for the disk. Keys are kept for ever: however late a call is repeated, it books nothing.
"""

from outlay.spend_store.queries import Wanted
from outlay.spend_store.records import (
    Answer,
    KeyReusedError,
    Order,
    SpendRecord,
    StoredSpend,
    StoreError,
    StoreUnavailableError,
)
from outlay.spend_store.schema import migrate
from outlay.spend_store.store import Booking, Ledger, SpendStore
from outlay.spend_store.writer import RefusedError

__all__ = [
    "Answer",
    "Booking",
    "KeyReusedError",
    "Ledger",
    "Order",
    "RefusedError",
    "SpendRecord",
    "SpendStore",
    "StoreError",
    "StoreUnavailableError",
    "StoredSpend",
    "Wanted",
    "migrate",
]

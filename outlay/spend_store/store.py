"""The store of recorded expenditures: nothing acknowledged is lost, nothing is booked twice."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from outlay.spend_store.queries import find, recorded_on_contract, replay
from outlay.spend_store.records import Answer, Order, SpendRecord, StoredSpend
from outlay.spend_store.schema import require_current_schema
from outlay.spend_store.sessions import LOST, Session, connect
from outlay.spend_store.writer import Transaction, Writer

T = TypeVar("T")
_log = logging.getLogger("outlay.spend_store")
READERS = 2
FOLD_SECONDS = 5.0


@dataclass(frozen=True)
class Booking:
    """What a call decides to write, and what its caller is told."""

    records: tuple[SpendRecord, ...]
    status: int
    body: bytes


class Ledger:
    """What a decision may look at: the store as it is in the very transaction that will write."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, spend_id: str) -> StoredSpend | None:
        return find(self._session, spend_id)

    def recorded_on_contract(self, contract_id: str) -> list[tuple[str, str, int]]:
        return recorded_on_contract(self._session, contract_id)

    @property
    def _session(self) -> Session:
        self._transaction.flush()
        return self._transaction.session


# Decides what to write; raises RefusedError to write nothing.
Decide = Callable[[Ledger], Booking]


class SpendStore:
    """An open store. Reads run beside the writer, each on a connection of its thread."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where there is no store or its schema is not the one this version writes."""
        self.url = url
        require_current_schema(url)
        self.writer = Writer(lambda: connect(url))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="spend-store-reader")
        self._closing = threading.Event()
        self._folder = threading.Thread(target=self._fold, name="spend-store-folder", daemon=True)
        self._folder.start()
        self._local = threading.local()
        self._opened: list[Session] = []

    async def book(self, order: Order, decide: Decide) -> Answer:
        """Carries `order` out once: whoever calls again under its key is told what the first call was told.

        Returns when the transaction is durable. Raises KeyReusedError, what `decide` raised, or
        StoreUnavailableError when the outcome is unknown.
        """
        return await self.writer.run(_Carrying(order, decide))

    def book_now(self, order: Order, decide: Decide) -> Answer:
        """`book` for callers without an event loop."""
        return self.writer.submit(_Carrying(order, decide)).result()

    async def read(self, query: Callable[[Session], T]) -> T:
        """What `query` finds, in a reader's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, query)

    def read_now(self, query: Callable[[Session], T]) -> T:
        """`read` in this thread; a connection that was lost is opened again once."""
        try:
            return query(self._reader())
        except LOST:
            self._local.session = None
            return query(self._reader())

    def close(self) -> None:
        """Finishes what was asked and lets go of every connection."""
        self.writer.close()
        self._closing.set()
        self._folder.join()
        self._readers.shutdown()
        for session in self._opened:
            session.close()

    def _fold(self) -> None:
        """Keeps SQLite's log short beside the writer, who would otherwise stop for it in the middle of a commit."""
        session = connect(self.url)
        while not self._closing.wait(FOLD_SECONDS):
            try:
                session.fold_log()
            except LOST as error:
                _log.warning("the log of the spend store was not folded in: %s", error)
        session.close()

    def _reader(self) -> Session:
        session: Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = connect(self.url)
            self._opened.append(session)
        return session


@dataclass(frozen=True)
class _Carrying:
    """The job that carries an order out, unless that was done before."""

    order: Order
    decide: Decide

    def __call__(self, transaction: Transaction) -> Answer:
        earlier = transaction.answers.get(self.order.identity)
        if earlier is not None:
            return replay(self.order, earlier)
        booking = self.decide(Ledger(transaction))
        transaction.write(self.order, booking.records, booking.status, booking.body)
        return Answer(booking.status, booking.body)

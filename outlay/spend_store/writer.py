"""The one writer: a thread that runs what is asked of it in order, many at a time under one commit.

While the disk confirms one group, the next one gathers; nobody is told of success before the commit that holds it has
returned. A job that fails unexpectedly takes its group's transaction with it, and the others are run again one by one.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from outlay.spend_store.audit import Chain, Entry
from outlay.spend_store.queries import Told, earlier_answers, insert_answers, insert_records
from outlay.spend_store.records import Order, SpendRecord, StoreError, StoreUnavailableError
from outlay.spend_store.sessions import LOST, Session

T = TypeVar("T")
Out = TypeVar("Out", covariant=True)
MAX_GROUP = 256
_log = logging.getLogger("outlay.spend_store")


class RefusedError(Exception):
    """A job's answer is no, and it has written nothing."""


@dataclass
class Transaction:
    """What jobs get: the connection inside the group's transaction, what they have written so far, and the audit log.

    Rows wait here and are written together; whoever reads the store's tables calls `flush` before.
    """

    session: Session
    chain: Chain
    answers: dict[tuple[str, str, str], Told]  # of the group's keys, as earlier calls and earlier jobs were told
    _records: list[SpendRecord] = field(default_factory=list)
    _told: list[tuple[Order, int, bytes]] = field(default_factory=list)

    def write(self, order: Order, records: Sequence[SpendRecord], status: int, body: bytes) -> None:
        """Records, the answer of their call and its row of the audit log."""
        self._records.extend(records)
        self._told.append((order, status, body))
        self.answers[order.identity] = (order.request, status, body.decode())
        ids = [record.spend_id for record in records]
        self.tell(Entry.of(order, ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more", status))

    def tell(self, entry: Entry) -> None:
        """Adds a row to the audit log."""
        self.chain.add(entry)

    def flush(self) -> None:
        """Writes what waits."""
        if self._records:
            insert_records(self.session, self._records)
            insert_answers(self.session, self._told)
            self._records, self._told = [], []
        self.chain.flush()


class Job(Protocol[Out]):
    """Something to do inside a transaction. `order`: the call it carries out, if it is one."""

    @property
    def order(self) -> Order | None: ...

    def __call__(self, transaction: Transaction) -> Out: ...


@dataclass(frozen=True)
class Plain(Generic[T]):
    """A job that no key belongs to."""

    run: Callable[[Transaction], T]
    order: Order | None = None

    def __call__(self, transaction: Transaction) -> T:
        return self.run(transaction)


@dataclass(frozen=True)
class _Waiting:
    job: Job[Any]
    future: Future[Any] | asyncio.Future[Any]


class Writer:
    """Runs jobs on one connection, which `connect` opens (again, should it be lost)."""

    def __init__(self, connect: Callable[[], Session]) -> None:
        self._connect = connect
        self._session: Session | None = connect()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="spend-store-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def submit(self, job: Job[T]) -> Future[T]:
        """Runs `job`; the future has its result once that is durable, or what it raised."""
        future: Future[T] = Future()
        self._put(_Waiting(job, future))
        return future

    async def run(self, job: Job[T]) -> T:
        """The same for a coroutine. Cancelled, it still is carried out."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(_Waiting(job, future))
        return await future

    def close(self) -> None:
        """Carries out what was asked so far, then lets go of the connection."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _put(self, waiting: _Waiting) -> None:
        if self._closed:
            raise StoreUnavailableError("the spend store is closing")
        self._queue.put(waiting)

    # -- the thread ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        goes_on = True
        while goes_on:
            group, goes_on = self._gather()
            if group:
                self._tell(self._carried_out(group))
        if self._session is not None:
            self._session.close()

    def _gather(self) -> tuple[list[_Waiting], bool]:
        group: list[_Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            group.append(waiting)
            if len(group) == MAX_GROUP:
                return group, True
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _carried_out(self, group: Sequence[_Waiting]) -> list[tuple[_Waiting, Any]]:
        try:
            return self._in_one_transaction(group)
        except LOST as error:
            _log.error("the spend store did not take a group of %d: %s", len(group), error)
            self._let_go()
            lost = StoreUnavailableError("the spend store did not answer; call again with the same key")
            return [(one, lost) for one in group]
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever a job does
            self._roll_back()
            if len(group) == 1:
                return [(group[0], error)]
            return [result for one in group for result in self._carried_out([one])]

    def _in_one_transaction(self, group: Sequence[_Waiting]) -> list[tuple[_Waiting, Any]]:
        session = self._opened()
        session.begin()
        orders = [one.job.order for one in group if one.job.order is not None]
        transaction = Transaction(session, Chain.at_end(session), earlier_answers(session, orders))
        results = [(one, _outcome(one.job, transaction)) for one in group]
        transaction.flush()
        session.commit()
        return results

    def _opened(self) -> Session:
        if self._session is None:
            try:
                self._session = self._connect()
            except StoreError as error:
                raise LOST[0](str(error)) from error
        return self._session

    def _roll_back(self) -> None:
        try:
            if self._session is not None:
                self._session.rollback()
        except Exception:  # noqa: BLE001 - a connection that cannot even do that is of no use
            self._let_go()

    def _let_go(self) -> None:
        session, self._session = self._session, None
        try:
            if session is not None:
                session.close()
        except Exception as error:  # noqa: BLE001 - it is let go of in any case
            _log.warning("closing the lost connection: %s", error)

    def _tell(self, results: Sequence[tuple[_Waiting, Any]]) -> None:
        waking: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
        for one, outcome in results:
            if isinstance(one.future, asyncio.Future):
                waking.setdefault(one.future.get_loop(), []).append((one.future, outcome))
            elif isinstance(outcome, BaseException):
                one.future.set_exception(outcome)
            else:
                one.future.set_result(outcome)
        for loop, told in waking.items():
            try:
                loop.call_soon_threadsafe(_settle, told)
            except RuntimeError:
                _log.info("%d answers have nobody left to hear them", len(told))


def _outcome(job: Job[Any], transaction: Transaction) -> Any:
    """What the job returns, or the refusal it raises: anything else it raises ends the transaction."""
    try:
        return job(transaction)
    except (RefusedError, StoreError) as refusal:
        return refusal


def _settle(told: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in told:
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

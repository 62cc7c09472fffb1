"""The audit log: one row for each thing that was written, each bound to the one before by a hash.

hash = SHA-256 of the previous hash and the row's own content, so that a row changed, removed or put in later breaks
the chain from there on. Rows are written in the transaction of what they tell of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from outlay.spend_store.queries import insert
from outlay.spend_store.records import Order
from outlay.spend_store.sessions import Session

FIRST = "0" * 64
COLUMNS = "sequence, at, client, key_id, action, subject, idempotency_key, body_sha256, result, previous_hash, hash"
_PAGE = 10_000


@dataclass(frozen=True)
class Entry:
    """What is told of one write: who, what, to which records, with which outcome."""

    at: str
    client: str
    key_id: str
    action: str
    subject: str
    idempotency_key: str
    body_sha256: str
    result: str

    @classmethod
    def of(cls, order: Order, subject: str, status: int) -> Entry:
        return cls(
            order.at,
            order.client,
            order.key_id,
            order.operation,
            subject,
            order.key,
            order.body_sha256,
            str(status),
        )

    def values(self) -> tuple[str, ...]:
        return (
            self.at,
            self.client,
            self.key_id,
            self.action,
            self.subject,
            self.idempotency_key,
            self.body_sha256,
            self.result,
        )


@dataclass
class Chain:
    """The end of the chain inside one transaction."""

    session: Session
    sequence: int = 0
    last: str = FIRST
    rows: list[Sequence[Any]] = field(default_factory=list)

    @classmethod
    def at_end(cls, session: Session) -> Chain:
        found = session.execute("select sequence, hash from audit_entries order by sequence desc limit 1")
        return cls(session, *found[0]) if found else cls(session)

    def add(self, entry: Entry) -> None:
        """Appends `entry`; written by `flush`."""
        self.sequence += 1
        previous, self.last = self.last, entry_hash(self.last, self.sequence, entry.values())
        self.rows.append((self.sequence, *entry.values(), previous, self.last))

    def flush(self) -> None:
        """Writes what was added, before the transaction commits."""
        if self.rows:
            insert(self.session, "audit_entries", COLUMNS.split(", "), self.rows)
            self.rows = []


def entry_hash(previous: str, sequence: int, values: Sequence[str]) -> str:
    """The hash of a row: over the previous hash, its number and its content as JSON without spaces."""
    content = json.dumps([previous, sequence, *values], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def verify_chain(session: Session) -> tuple[int, str | None]:
    """How many rows the log has, and the first thing that is wrong with it; None when it is whole."""
    expected, last = 0, FIRST
    while True:
        rows = session.execute(
            f"select {COLUMNS} from audit_entries where sequence > ? order by sequence limit {_PAGE}", [expected]
        )
        for sequence, *values, previous, found in rows:
            expected += 1
            if sequence != expected:
                return expected - 1, f"audit row {expected} is missing"
            if previous != last or found != entry_hash(last, sequence, values):
                return expected - 1, f"audit row {sequence} is not what was written"
            last = found
        if len(rows) < _PAGE:
            return expected, None

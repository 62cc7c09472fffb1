"""Back-up and restore: one SQLite file with every row, whichever engine the store is on.

The file is taken inside one reading transaction while writers go on, checked, and moved into place whole. It can be
restored to either engine, so it is also the way from a file to a server.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from outlay.durable import sync_file, sync_folder
from outlay.spend_store.audit import verify_chain
from outlay.spend_store.queries import insert
from outlay.spend_store.records import FIELDS, StoreError
from outlay.spend_store.schema import migrate, require_current_schema
from outlay.spend_store.sessions import SQLITE, Row, Session, connect, is_sqlite

# In this order rows find what they refer to.
TABLES: dict[str, tuple[str, ...]] = {
    "spend_records": ("sequence", *FIELDS),
    "idempotency_keys": ("client", "operation", "idempotency_key", "request", "status", "body", "at"),
    "audit_entries": (
        *("sequence", "at", "client", "key_id", "action", "subject", "idempotency_key", "body_sha256", "result"),
        *("previous_hash", "hash"),
    ),
    "api_keys": (
        *("key_id", "client", "secret_sha256", "scopes", "created_at", "expires_at", "revoked_at"),
        "replaces_key_id",
    ),
}
_KEYS = {
    "spend_records": "sequence",
    "idempotency_keys": "client, operation, idempotency_key",
    "audit_entries": "sequence",
    "api_keys": "key_id",
}
_PAGE = 2_000


@dataclass(frozen=True)
class StoreFacts:
    """What a store holds: rows by table, and what is wrong with its audit chain (None: nothing)."""

    rows: dict[str, int]
    problem: str | None


def inspect(url: str) -> StoreFacts:
    """Counts every table and walks the audit chain. Raises StoreError."""
    require_current_schema(url)
    session = connect(url)
    try:
        session.begin_reading()
        rows = {table: session.execute(f"select count(*) from {table}")[0][0] for table in TABLES}
        _, problem = verify_chain(session)
        session.commit()
    finally:
        session.close()
    return StoreFacts(rows, problem)


def back_up(url: str, target: Path) -> StoreFacts:
    """Writes every row of the store to the SQLite file `target`, which must not exist yet.

    Raises StoreError; then there is no `target`.
    """
    require_current_schema(url)
    if target.exists():
        raise StoreError(f"{target}: exists already; a back-up never replaces another one")
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove(part)
    try:
        _copy(url, f"{SQLITE}{part.resolve()}")
        facts = inspect(f"{SQLITE}{part.resolve()}")
        if facts.problem:
            raise StoreError(f"not backed up: {facts.problem}")
        _fold_log(part)
        sync_file(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        _remove(part)
    return facts


def restore(backup: Path, url: str) -> StoreFacts:
    """Fills the store at `url`, which must be new or empty, with the rows of `backup`. Raises StoreError."""
    origin = f"{SQLITE}{backup.resolve()}"
    facts = inspect(origin)
    if facts.problem:
        raise StoreError(f"{backup}: not restored: {facts.problem}")
    migrate(url)
    held = {table: count for table, count in inspect(url).rows.items() if count}
    if held:
        told = ", ".join(f"{count} {table}" for table, count in held.items())
        raise StoreError(f"the store is not empty ({told}); restore into a new one, and point the API at that")
    _copy(origin, url)
    return inspect(url)


def _copy(origin: str, target: str) -> None:
    migrate(target)
    source, sink = connect(origin), connect(target)
    try:
        source.begin_reading()
        sink.begin()
        for table, columns in TABLES.items():
            _copy_table(source, sink, table, columns)
        if not is_sqlite(target):
            # Rows came with their numbers; the next one is counted on from the last.
            sink.execute(
                "select setval(pg_get_serial_sequence('spend_records', 'sequence'), "
                "greatest((select max(sequence) from spend_records), 1))"
            )
        sink.commit()
        source.commit()
    finally:
        source.close()
        sink.close()


def _copy_table(source: Session, sink: Session, table: str, columns: tuple[str, ...]) -> None:
    names = ", ".join(columns)
    at = 0
    while True:
        rows: list[Row] = source.execute(
            f"select {names} from {table} order by {_KEYS[table]} limit {_PAGE} offset {at}"
        )
        insert(sink, table, columns, rows)
        at += len(rows)
        if len(rows) < _PAGE:
            return


def _fold_log(path: Path) -> None:
    """Leaves one file: what is still in the write-ahead log goes into the database."""
    session = connect(f"{SQLITE}{path.resolve()}")
    session.execute("pragma journal_mode = delete")
    session.close()


def _remove(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
        name.unlink(missing_ok=True)

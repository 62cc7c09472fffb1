"""What is asked of the store, by readers and inside a writing transaction alike."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outlay.spend_store.records import FIELDS, Answer, KeyReusedError, Order, SpendRecord, StoredSpend
from outlay.spend_store.sessions import Row, Session

_COLUMNS = ", ".join(f"s.{name}" for name in FIELDS)
# What became of a record is not written on it: records that name it say so.
_STORED = f"""
    select s.sequence, {_COLUMNS}, r.spend_id, c.spend_id
    from spend_records s
    left join spend_records r on r.corrects_spend_id = s.spend_id and r.kind = 'reversal'
    left join spend_records c on c.corrects_spend_id = s.spend_id and c.kind = 'expenditure'
"""
# Rows a statement: few texts of statements to keep, and fewer parameters than any engine allows.
_ROWS = 100
# Request, status and body of an earlier call.
Told = tuple[str, int, str]


@dataclass(frozen=True)
class Wanted:
    """Which records are listed: each field that is not None must be met. `before`: older than this sequence."""

    vendor_id: str | None = None
    department_id: str | None = None
    campaign_id: str | None = None
    channel: str | None = None
    contract_id: str | None = None
    po_id: str | None = None
    invoice_number: str | None = None
    state: str | None = None
    from_date: str | None = None
    to_date: str | None = None
    before: int | None = None
    limit: int = 100


_EQUAL = (
    "vendor_id",
    "department_id",
    "campaign_id",
    "channel",
    "contract_id",
    "po_id",
    "invoice_number",
)
_POSTED = "s.kind = 'expenditure' and r.spend_id is null"


def find(session: Session, spend_id: str) -> StoredSpend | None:
    """The record of this id."""
    rows = session.execute(f"{_STORED} where s.spend_id = ?", [spend_id])
    return _stored(rows[0]) if rows else None


def listed(session: Session, wanted: Wanted) -> list[StoredSpend]:
    """The records asked for, the last recorded first, at most `limit`."""
    conditions, parameters = [], []
    for name in _EQUAL:
        if (value := getattr(wanted, name)) is not None:
            conditions.append(f"s.{name} = ?")
            parameters.append(value)
    for column, operator, value in (
        ("spend_date", ">=", wanted.from_date),
        ("spend_date", "<=", wanted.to_date),
        ("sequence", "<", wanted.before),
    ):
        if value is not None:
            conditions.append(f"s.{column} {operator} ?")
            parameters.append(value)
    if wanted.state is not None:
        conditions.append(_POSTED if wanted.state == "posted" else f"not ({_POSTED})")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    rows = session.execute(f"{_STORED}{where} order by s.sequence desc limit ?", [*parameters, wanted.limit])
    return [_stored(row) for row in rows]


def family(session: Session, correlation_id: str) -> list[StoredSpend]:
    """An expenditure and every record that descends from it, the last recorded first."""
    rows = session.execute(
        f"{_STORED} where s.spend_id = ? or (s.corrects_spend_id is not null and s.correlation_id = ?) "
        "order by s.sequence desc",
        [correlation_id, correlation_id],
    )
    return [_stored(row) for row in rows]


def all_records(session: Session, *, until: str) -> list[StoredSpend]:
    """Every record for days up to `until`, in the order of recording."""
    return [_stored(row) for row in session.execute(f"{_STORED} where s.spend_date <= ? order by s.sequence", [until])]


def recorded_on_contract(session: Session, contract_id: str) -> list[tuple[str, str, int]]:
    """What counts as spend under a contract: spend id, currency and net amount in minor units of each record."""
    rows = session.execute(
        f"""
        select s.spend_id, s.currency,
            s.amount_minor - case when s.net_or_gross = 'gross' then coalesce(s.tax_minor, 0) else 0 end
        from spend_records s
        left join spend_records r on r.corrects_spend_id = s.spend_id and r.kind = 'reversal'
        where s.contract_id = ? and {_POSTED} order by s.sequence
        """,
        [contract_id],
    )
    return [(spend_id, currency, net) for spend_id, currency, net in rows]


def earlier_answers(session: Session, orders: Sequence[Order]) -> dict[tuple[str, str, str], Told]:
    """What earlier calls under these keys asked for and were told."""
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for order in orders:
        keys[order.client, order.operation].append(order.key)
    found: dict[tuple[str, str, str], Told] = {}
    for (client, operation), asked in keys.items():
        for start in range(0, len(asked), _ROWS):
            some = asked[start : start + _ROWS]
            # Not a list of triples: for those SQLite reads the whole table.
            rows = session.execute(
                "select idempotency_key, request, status, body from idempotency_keys "
                f"where client = ? and operation = ? and idempotency_key in ({', '.join('?' * len(some))})",
                [client, operation, *some],
            )
            found |= {(client, operation, key): (request, status, body) for key, request, status, body in rows}
    return found


def replay(order: Order, earlier: Told) -> Answer:
    """The answer that the first call was given. Raises KeyReusedError when it asked for something else."""
    request, status, body = earlier
    if request != order.request:
        raise KeyReusedError(first_difference(json.loads(request), json.loads(order.request)))
    return Answer(status, body.encode(), replayed=True)


def first_difference(earlier: Any, now: Any, path: str = "") -> str:
    """Where two requests differ first, as `amount` or `records.3.amount`."""
    if isinstance(earlier, dict) and isinstance(now, dict):
        for name in [*now, *(name for name in earlier if name not in now)]:
            if name not in earlier or name not in now or earlier[name] != now[name]:
                below = f"{path}.{name}" if path else name
                return first_difference(earlier.get(name), now.get(name), below)
    if isinstance(earlier, list) and isinstance(now, list):
        for index in range(max(len(earlier), len(now))):
            if index >= min(len(earlier), len(now)) or earlier[index] != now[index]:
                was, is_now = (items[index] if index < len(items) else None for items in (earlier, now))
                return first_difference(was, is_now, f"{path}.{index}" if path else str(index))
    return path or "body"


def insert_records(session: Session, records: Sequence[SpendRecord]) -> None:
    """Writes the records, in their order."""
    insert(session, "spend_records", FIELDS, records)


def insert_answers(session: Session, answers: Sequence[tuple[Order, int, bytes]]) -> None:
    """Keeps what calls were told, for as long as the store exists."""
    columns = ("client", "operation", "idempotency_key", "request", "status", "body", "at")
    rows = [(*order.identity, order.request, status, body.decode(), order.at) for order, status, body in answers]
    insert(session, "idempotency_keys", columns, rows)


def insert(session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows, many with one statement: each statement costs the thread a wait for the interpreter."""
    one = f"({', '.join('?' for _ in columns)})"
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        session.execute(
            f"insert into {table} ({', '.join(columns)}) values {', '.join([one] * len(some))}",
            [value for row in some for value in row],
        )


def _stored(row: Row) -> StoredSpend:
    sequence, *values, reversed_by, replaced_by = row
    return StoredSpend(sequence, SpendRecord(*values), reversed_by, replaced_by)

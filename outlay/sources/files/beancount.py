"""Beancount ledgers: one row a posting, under the canonical names of a ledger entry, metadata under its own keys.

Every file stands alone: `include` and plugins are not followed, so the glob names every file that holds postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from beancount.core import data
from beancount.ops import validation
from beancount.parser import booking, parser

from outlay.sources.files.archives import UnreadableError
from outlay.sources.files.excel import number_text
from outlay.sources.files.normal import Record
from outlay.sources.files.tables import Table, normalised
from outlay.sources.files.text import read_text

_FIXED = (
    "entry_id",
    "journal_id",
    "posting_date",
    "account_id",
    "amount",
    "currency",
    "memo",
    "payee",
    "flag",
    "tags",
    "links",
    "price",
    "price_currency",
)


def read_beancount(path: Path, name: str, encoding: str, decimal: str, work: Path) -> Table | None:
    """The postings of a ledger file; None when it has none. Raises UnreadableError naming the ledger's own errors."""
    text = read_text(path, encoding, work)
    entries, errors, options = parser.parse_string(text.path.read_text(encoding="utf-8"))
    entries, unbooked = booking.book(entries, options)  # type: ignore[no-untyped-call]
    errors = [*errors, *unbooked, *validation.validate_check_transaction_balances(entries, options)]  # type: ignore[no-untyped-call]
    if errors:
        first = errors[0]
        line = (first.source or {}).get("lineno", "?")
        raise UnreadableError(f"is not a sound ledger: line {line}: {first.message}", blocks=True)
    rows = [row for entry in entries if isinstance(entry, data.Transaction) for row in _postings(entry, name, decimal)]
    if not rows:
        return None
    headings = tuple(dict.fromkeys([*_FIXED, *(key for row in rows for key in row)]))
    records = (Record(no, [row.get(heading) for heading in headings]) for no, row in enumerate(rows, start=1))
    table = normalised(name, headings, records, work / f"{path.name}.postings.parquet", is_typed=True)
    return replace(table, headings_are_ours=True)


def _postings(entry: data.Transaction, file: str, decimal: str) -> Iterator[dict[str, str]]:
    journal = str(entry.meta.get("journal_id") or f"{file}:{entry.meta['lineno']}")
    for number, posting in enumerate(entry.postings, start=1):
        if posting.units is None or posting.units.number is None:
            continue
        row = {
            "entry_id": f"{journal}:{number}",
            "journal_id": journal,
            "posting_date": entry.date.isoformat(),
            "account_id": posting.account,
            "amount": number_text(posting.units.number, decimal),
            "currency": posting.units.currency,
            "memo": entry.narration or "",
            "payee": entry.payee or "",
            "flag": posting.flag or entry.flag or "",
            "tags": "|".join(sorted(entry.tags or ())),
            "links": "|".join(sorted(entry.links or ())),
        }
        if posting.price is not None and posting.price.number is not None:
            row |= {"price": number_text(posting.price.number, decimal), "price_currency": posting.price.currency}
        yield row | _metadata(entry.meta) | _metadata(posting.meta)


def _metadata(meta: dict[str, Any] | None) -> dict[str, str]:
    own = {key: value for key, value in (meta or {}).items() if not key.startswith("__")}
    return {key: str(value) for key, value in own.items() if key not in ("filename", "lineno") and value is not None}

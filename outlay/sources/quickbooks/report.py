"""Reads the General Ledger report: accounts as nested sections, postings as rows, columns found by their key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, Reading, Row
from outlay.sources.fetched.values import currency as currency_code
from outlay.sources.fetched.values import day

# Asked of every company; a company with several currencies has the second lot besides.
COLUMNS = (
    "tx_date", "txn_type", "doc_num", "vend_name", "memo", "klass_name", "dept_name", "account_num", "debt_amt",
    "credit_amt",
)  # fmt: skip
HOME_COLUMNS = ("debt_home_amt", "credit_home_amt", "currency", "exch_rate")

_DOC_TYPES = {
    "bill": "bill", "vendor_credit": "bill_credit", "expense": "expense", "check": "expense", "cheque": "expense",
    "cash_expense": "expense", "credit_card_expense": "expense", "credit_card_credit": "expense_refund",
    "journal_entry": "journal", "transfer": "transfer", "payment": "payment", "credit_card_payment": "payment",
    "currency_revaluation": "fx_reval", "exchange_gain_or_loss": "fx_reval",
}  # fmt: skip
_AMOUNT = re.compile(r"-?\d*\.?\d+")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Dimensions:
    """What the company uses classes and locations for, and by which name accounts are known."""

    class_is: str = "department_id"
    location_is: str = "none"
    by_number: bool = True

    def account(self, number: str | None, id_: str | None, name: str | None) -> str | None:
        """The canonical account id."""
        return (number if self.by_number else None) or id_ or name


def read_report(path: Path, account: Account, dimensions: Dimensions, reading: Reading) -> Iterator[Row]:
    """Every posting of one report. Raises FetchError when the total of a section is not that of its rows."""
    # Both stand before the rows; to ask for a second one would read all the rows once more.
    header: Mapping[str, Any] = next(items(path, "Header"), {})
    columns: Mapping[str, Any] = next(items(path, "Columns"), {})
    keys = [_key(column) for column in columns.get("Column") or ()]
    for key in keys:
        if key not in COLUMNS + HOME_COLUMNS:
            reading.unknown_fields.setdefault(key, "the report's columns")
    home = account.currency or header.get("Currency")
    reader = _Reader(keys, home, dimensions)
    for section in items(path, "Rows.Row.item"):
        yield from reader.read(section, {})


def _key(column: Mapping[str, Any]) -> str:
    """Titles are in the company's language; the key is not."""
    for entry in column.get("MetaData") or ():
        if entry.get("Name") == "ColKey":
            return str(entry["Value"])
    raise SchemaError("Columns.Column.MetaData", "a ColKey", column)


@lru_cache(maxsize=1024)
def _kind(title: str | None) -> tuple[str, str]:
    """A transaction type as part of an id, and what the ledger calls it. Titles are in the company's language."""
    kind = re.sub(r"\W+", "_", (title or "transaction").lower()).strip("_")
    return kind, _DOC_TYPES.get(kind, "payment" if kind.startswith("bill_payment") else kind)


class _Reader:
    """Walks the sections and adds up what it reads, to hold it against the report's own totals."""

    def __init__(self, keys: list[str], home: str | None, dimensions: Dimensions) -> None:
        self._place = {key: place for place, key in enumerate(keys)}
        self._width = len(keys)
        self._home = home
        self._dimensions = dimensions
        self._has_home = {"debt_home_amt", "credit_home_amt"} <= self._place.keys()
        self._sides = ("debt_home_amt", "credit_home_amt") if self._has_home else ("debt_amt", "credit_amt")
        for key in ("tx_date", "txn_type", *self._sides):
            if key not in self._place:
                raise SchemaError("Columns.Column", f"a column {key}", ", ".join(keys))
        self._debit, self._credit = (self._place[side] for side in self._sides)
        self._day_at, self._type_at = self._place["tx_date"], self._place["txn_type"]
        self._sums = [_ZERO, _ZERO]
        self._seen: dict[tuple[str, str], int] = {}
        meanings = (("klass_name", dimensions.class_is), ("dept_name", dimensions.location_is))
        self._dimension_columns = [
            (self._place[key], column) for key, column in meanings if column != "none" and key in self._place
        ]
        texts = (("doc_id", "doc_num", "value"), ("vendor_id", "vend_name", "id"), ("memo", "memo", "value"))
        self._texts = [(column, self._place[key], part) for column, key, part in texts if key in self._place]

    def read(self, row: Mapping[str, Any], holder: Mapping[str, Any]) -> Iterator[Row]:
        """A section and everything in it, or one row of the account `holder`."""
        if "ColData" in row:
            posting = self._posting(row["ColData"], holder)
            if posting is not None:
                yield posting
            return
        cells = (row.get("Header") or {}).get("ColData")
        holder = cells[0] if cells else holder
        before = list(self._sums)
        for inner in (row.get("Rows") or {}).get("Row") or ():
            yield from self.read(inner, holder)
        self._hold_against(row.get("Summary"), before, holder)

    def _hold_against(
        self, summary: Mapping[str, Any] | None, before: list[Decimal], holder: Mapping[str, Any]
    ) -> None:
        """A section that only has a total has no postings of its own; one whose rows do not add up lost some."""
        cells = (summary or {}).get("ColData")
        if not cells or len(cells) != self._width:
            return
        for side, key in enumerate(self._sides):
            said, read = self._optional(cells, key), self._sums[side] - before[side]
            if said is not None and said != read:
                raise FetchError(
                    f"the report's rows of {holder.get('value')} add up to {read} in {key}, its total says {said}: "
                    "rows are missing or came twice; run again"
                )

    def _posting(self, cells: list[Mapping[str, Any]], holder: Mapping[str, Any]) -> Row | None:
        if len(cells) != self._width:
            raise SchemaError("ColData", f"{self._width} cells as there are columns", len(cells))
        debit, credit = _amount(cells[self._debit], self._sides[0]), _amount(cells[self._credit], self._sides[1])
        document = cells[self._type_at]
        id_ = document.get("id")
        if not id_:
            if debit is None and credit is None:
                return None  # the balance brought forward, in whatever language
            raise SchemaError("txn_type", "the id of a transaction", document)
        debit, credit = debit or _ZERO, credit or _ZERO
        self._sums[0] += debit
        self._sums[1] += credit
        kind, doc_type = _kind(document.get("value"))
        account_id = str(
            self._dimensions.account(self._text(cells, "account_num"), holder.get("id"), holder.get("value"))
        )
        journal, amount = f"{kind}-{id_}", debit - credit
        number = self._seen[journal, account_id] = self._seen.get((journal, account_id), 0) + 1
        row: dict[str, Any] = {
            "entry_id": f"{journal}-{account_id}-{number}",
            "journal_id": journal,
            "posting_date": _day(cells[self._day_at].get("value")),
            "account_id": account_id,
            "amount": amount,
            "currency": self._home,
            "amount_home": amount,
            "doc_type": doc_type,
        }
        for column, place, part in self._texts:
            row[column] = cells[place].get(part) or None
        row["doc_id"] = row.get("doc_id") or id_
        for place, column in self._dimension_columns:
            row[column] = cells[place].get("value") or None
        return row | self._in_document_currency(cells) if self._has_home else row

    def _in_document_currency(self, cells: list[Mapping[str, Any]]) -> dict[str, Any]:
        """What the document says, where the report gives it; many reports leave it empty and give home amounts only."""
        debit, credit = (self._optional(cells, key) for key in ("debt_amt", "credit_amt"))
        code = self._text(cells, "currency")
        if code is None or (debit is None and credit is None):
            return {}
        try:
            currency_code(code)
        except ValueError:
            raise SchemaError("currency", "an ISO 4217 currency code", code) from None
        return {
            "amount": (debit or _ZERO) - (credit or _ZERO),
            "currency": code,
            "fx_rate": self._optional(cells, "exch_rate"),
        }

    def _text(self, cells: list[Mapping[str, Any]], key: str) -> str | None:
        place = self._place.get(key)
        return None if place is None else cells[place].get("value") or None

    def _optional(self, cells: list[Mapping[str, Any]], key: str) -> Decimal | None:
        place = self._place.get(key)
        return None if place is None else _amount(cells[place], key)


# -- cells -----------------------------------------------------------------------------------------------------------


def _amount(cell: Mapping[str, Any], key: str) -> Decimal | None:
    value = cell.get("value")
    if value is None or value == "":
        return None
    if type(value) is not str or not _AMOUNT.fullmatch(value):
        raise SchemaError(key, "an amount as text", value)
    return Decimal(value)


def _day(value: Any) -> date:
    try:
        return day(value)
    except ValueError:
        raise SchemaError("tx_date", "a day written YYYY-MM-DD", value) from None

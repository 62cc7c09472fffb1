"""Enough SuiteQL for what a connector may ask: columns by expression, days, sums by day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fakes.platforms.books import HOME, Row, figure, grouped, home, is_posted, rows

if TYPE_CHECKING:
    from tests.fakes.data import World

_TYPES = {
    "bill": "VendBill", "bill_credit": "VendCred", "payment": "VendPymt", "expense": "Check",
    "expense_refund": "CardRfnd", "journal": "Journal", "transfer": "Transfer", "fx_reval": "FxReval",
}  # fmt: skip
_CLASSES = {
    "asset": "OthCurrAsset",
    "liability": "AcctPay",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expense",
}

# What a standard account has, expression by expression.
_LEDGER: dict[str, Callable[[Row], Any]] = {
    "t.id": lambda row: row["journal_id"],
    "tl.id": lambda row: str(row["_line"]),
    "t.id || '-' || tl.id": lambda row: f"{row['journal_id']}-{row['_line']}",
    "t.trandate": lambda row: row["posting_date"],
    "a.acctnumber": lambda row: row["account_id"],
    "tl.foreignamount": lambda row: row["amount"],
    "cur.symbol": lambda row: row["currency"],
    "tal.amount": home,
    "t.exchangerate": lambda row: row.get("fx_rate"),
    "tl.department": lambda row: row.get("department_id"),
    "t.entity": lambda row: row.get("vendor_id"),
    "t.type": lambda row: _TYPES.get(row.get("doc_type") or "", row.get("doc_type")),
    "t.tranid": lambda row: row.get("doc_id"),
    "CASE WHEN t.isreversal = 'T' THEN t.reversal END": lambda row: row.get("reverses_journal_id"),
    "tl.memo": lambda row: row.get("memo"),
}
_ACCOUNTS: dict[str, Callable[[Row], Any]] = {
    "a.acctnumber": lambda row: row["account_id"],
    "a.fullname": lambda row: row["name"],
    "a.accttype": lambda row: _CLASSES.get(row["class"], row["class"]),
}
_VENDORS: dict[str, Callable[[Row], Any]] = {
    "v.id": lambda row: row["vendor_id"],
    "COALESCE(v.companyname, v.entityid)": lambda row: row["name"],
    "v.taxidnum": lambda row: row.get("tax_id"),
    "cur.symbol": lambda row: row.get("currency"),
}
_TABLES = {
    "transaction": ("ledger_entries", _LEDGER),
    "account": ("accounts", _ACCOUNTS),
    "vendor": ("vendors", _VENDORS),
}
# Custom fields that the company has made, one for each canonical column: tl.custcol_campaign_id.
_CUSTOM = re.compile(r"(?:t\.custbody|tl\.custcol|a\.custrecord|v\.custentity)_(\w+)")


class UnknownFieldError(Exception):
    """The query names a field that the account does not have."""


def custom_columns(entity: str, names: list[str]) -> list[str]:
    """The option `columns` of a source that reads `names` from custom fields."""
    prefix = {"ledger_entries": "tl.custcol", "accounts": "a.custrecord", "vendors": "v.custentity"}[entity]
    return [f"{name} = {prefix}_{name}" for name in names]


def answer_rows(world: World, query: str, currency: str = HOME) -> list[dict[str, str]]:
    """All rows of a query, every value as text."""
    if "FROM currency" in query:
        return [{"currency": currency}]
    found = re.fullmatch(r"SELECT (.*?) FROM (\w+)(.*)", query, re.DOTALL)
    if found is None:
        raise UnknownFieldError(query[:40])
    entity, fields = _TABLES.get(found[2], ("", {}))
    if not entity:
        raise UnknownFieldError(found[2])
    chosen = dict(_aliased(item) for item in _split(found[1]))
    table = _numbered(rows(world, entity)) if entity == "ledger_entries" else list(rows(world, entity))
    table = [row for row in table if _is_meant(row, found[3])]
    if "GROUP BY" in query:
        return _sums(table, chosen, fields)
    return [_written({alias: _value(row, text, fields) for alias, text in chosen.items()}) for row in table]


def _numbered(table: list[Row]) -> list[Row]:
    """Lines with their number in the journal, in the order of transaction and line."""
    journals = grouped(table, "journal_id")
    return [row | {"_line": number} for journal in sorted(journals) for number, row in enumerate(journals[journal], 1)]


def _is_meant(row: Row, where: str) -> bool:
    first, last = re.search(r">= TO_DATE\('([\d-]+)'", where), re.search(r"<= TO_DATE\('([\d-]+)'", where)
    if first and row["posting_date"] < date.fromisoformat(first[1]):
        return False
    if last and row["posting_date"] > date.fromisoformat(last[1]):
        return False
    return "posting = 'T'" not in where or is_posted(row)


def _split(text: str) -> list[str]:
    """At commas that stand in no parenthesis."""
    items, depth, start = [], 0, 0
    for place, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if mark == "," and not depth:
            items.append(text[start:place].strip())
            start = place + 1
    return [*items, text[start:].strip()]


def _aliased(item: str) -> tuple[str, str]:
    expression, _, alias = item.rpartition(" AS ")
    return alias.lower(), expression


def _value(row: Row, expression: str, fields: dict[str, Callable[[Row], Any]]) -> Any:
    is_text = re.fullmatch(r"TO_CHAR\((.*), 'YYYY-MM-DD'\)", expression)
    plain = is_text[1] if is_text else expression
    custom = _CUSTOM.fullmatch(plain)
    if plain not in fields and custom is None:
        raise UnknownFieldError(plain)
    value = row.get(custom[1]) if custom and plain not in fields else fields[plain](row)
    if isinstance(value, date) and not is_text:
        return value.strftime("%m/%d/%Y")  # as the token's user has set it
    return value


def _written(row: dict[str, Any]) -> dict[str, str]:
    """An empty column is not there."""
    return {name: _text(value) for name, value in row.items() if value is not None and value != ""}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, Decimal):
        # Like the database behind it: no zero before the point.
        return re.sub(r"^(-?)0\.", r"\1.", str(figure(value)))
    return str(value)


def _sums(table: list[Row], chosen: dict[str, str], fields: dict[str, Callable[[Row], Any]]) -> list[dict[str, str]]:
    """SUM(x) AS name by day."""
    ((column, expression),) = ((alias, text) for alias, text in chosen.items() if text.startswith("SUM("))
    totals: dict[date, Decimal] = defaultdict(Decimal)
    for row in table:
        totals[row["posting_date"]] += _value(row, expression[4:-1], fields) or Decimal(0)
    return [{"date_day": day.isoformat(), column: _text(totals[day])} for day in sorted(totals)]

"""SuiteQL by entity: which expression gives which canonical column, and the order that makes paging safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.entities import ENTITIES
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import number

# NetSuite's transaction types -> the ledger's kinds of document; others keep their name in lower case.
_DOC_TYPES = {
    "VendBill": "bill",
    "VendCred": "bill_credit",
    "VendPymt": "payment",
    "VPrep": "payment",
    "CustPymt": "payment",
    "ExpRept": "expense",
    "Check": "expense",
    "CardChrg": "expense",
    "CardRfnd": "expense_refund",
    "Journal": "journal",
    "Transfer": "transfer",
    "FxReval": "fx_reval",
}
_CLASSES = {
    "Bank": "asset", "AcctRec": "asset", "UnbilledRec": "asset", "OthCurrAsset": "asset", "FixedAsset": "asset",
    "OthAsset": "asset", "DeferExpense": "asset", "AcctPay": "liability", "CredCard": "liability",
    "OthCurrLiab": "liability", "LongTermLiab": "liability", "DeferRevenue": "liability", "Equity": "equity",
    "Income": "income", "OthIncome": "income", "COGS": "expense", "Expense": "expense", "OthExpense": "expense",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One entity: its standard columns, where they come from, and an order in which no two rows are alike."""

    columns: Mapping[str, str]
    source: str
    order: str
    where: tuple[str, ...] = ()
    day: str = ""  # the date that the days of a fetch mean; "" for a table without days
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column -> NetSuite's word -> ours


TABLES: dict[str, Table] = {
    "ledger_entries": Table(
        columns={
            "entry_id": "t.id || '-' || tl.id",
            "journal_id": "t.id",
            "posting_date": "t.trandate",
            "account_id": "a.acctnumber",
            "amount": "tl.foreignamount",  # in the transaction's currency, debit +, credit -
            "currency": "cur.symbol",
            "amount_home": "tal.amount",  # in the subsidiary's currency
            "fx_rate": "t.exchangerate",
            "department_id": "tl.department",
            "vendor_id": "t.entity",
            "doc_type": "t.type",
            "doc_id": "t.tranid",
            "reverses_journal_id": "CASE WHEN t.isreversal = 'T' THEN t.reversal END",
            "memo": "tl.memo",
        },
        source="transaction t JOIN transactionline tl ON tl.transaction = t.id "
        "JOIN transactionaccountingline tal ON tal.transaction = tl.transaction AND tal.transactionline = tl.id "
        "JOIN account a ON a.id = tal.account JOIN currency cur ON cur.id = t.currency",
        order="t.id, tl.id",
        day="t.trandate",
        words={"doc_type": _DOC_TYPES},
    ),
    "accounts": Table(
        columns={"account_id": "a.acctnumber", "name": "a.fullname", "class": "a.accttype"},
        source="account a",
        where=("a.acctnumber IS NOT NULL",),
        order="a.id",
        words={"class": _CLASSES},
    ),
    "vendors": Table(
        columns={
            "vendor_id": "v.id",
            "name": "COALESCE(v.companyname, v.entityid)",
            "tax_id": "v.taxidnum",
            "currency": "cur.symbol",
        },
        source="vendor v LEFT JOIN currency cur ON cur.id = v.currency",
        order="v.id",
    ),
}


class Query:
    """The query for one entity, with the company's own columns, and the shape of its answers."""

    def __init__(
        self,
        entity: str,
        columns: Mapping[str, str] | None = None,
        *,
        accounting_book: int = 1,
        subsidiary: int = 0,
        posted_only: bool = True,
    ) -> None:
        self.entity = ENTITIES[entity]
        self.table = TABLES[entity]
        self.columns = {**self.table.columns, **(columns or {})}
        self._where = list(self.table.where)
        if self.table.day and posted_only:
            self._where.append("tal.posting = 'T'")
        if self.table.day and accounting_book:
            self._where.append(f"tal.accountingbook = {accounting_book}")
        if self.table.day and subsidiary:
            self._where.append(f"tl.subsidiary = {subsidiary}")
        self._words = {name: words for name, words in self.table.words.items() if name not in (columns or {})}
        self.shape = Shape([self._field(name) for name in self.columns], known=("links",))
        self.sums_shape = Shape(
            [
                Field("date_day", "date_day", "date", required=True),
                Field("total", "total", _amount, default=Decimal(0)),
            ],
            known=("links",),
        )

    def rows(self, first_day: date, last_day: date) -> str:
        """Every row of these days."""
        chosen = ", ".join(f"{self._expression(name)} AS {name}" for name in self.columns)
        return f"SELECT {chosen} FROM {self._source(first_day, last_day)} ORDER BY {self.table.order}"

    def sums(self, column: str, first_day: date, last_day: date) -> str:
        """The sum of a column by day as `total`, worked out by NetSuite; read by `sums_shape`."""
        day = self.table.day
        return (
            f"SELECT {_written_day(day)} AS date_day, SUM({self.columns[column]}) AS total "
            f"FROM {self._source(first_day, last_day)} GROUP BY {day} ORDER BY {day}"
        )

    def translate(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with NetSuite's words for types replaced by ours."""
        for name, words in self._words.items():
            if (word := row.get(name)) is not None:
                row[name] = words.get(word, word.lower())
        return row

    def _source(self, first_day: date, last_day: date) -> str:
        where = list(self._where)
        if self.table.day:
            where += [f"{self.table.day} >= {_day(first_day)}", f"{self.table.day} <= {_day(last_day)}"]
        return self.table.source + (f" WHERE {' AND '.join(where)}" if where else "")

    def _expression(self, name: str) -> str:
        # Without TO_CHAR a date comes in the format that the token's user has chosen.
        expression = self.columns[name]
        return _written_day(expression) if self.entity.column(name).type == "date" else expression

    def _field(self, name: str) -> Field:
        column = self.entity.column(name)
        # A revaluation has no amount in the document's currency: see NetSuite.parse.
        required = column.required and (self.entity.name, name) != ("ledger_entries", "amount")
        return Field(name, name, _KINDS.get(column.type, column.type), required=required)


def _written_day(expression: str) -> str:
    return f"TO_CHAR({expression}, 'YYYY-MM-DD')"


def _day(day: date) -> str:
    return f"TO_DATE('{day.isoformat()}', 'YYYY-MM-DD')"


def _amount(value: Any) -> Decimal:
    """an amount"""
    # The database behind it leaves out the zero of 0.5.
    if type(value) is str and value.startswith((".", "-.")):
        value = value.replace(".", "0.", 1)
    return number(value)


def _truth(value: Any) -> bool:
    """T or F"""
    if value not in ("T", "F"):
        raise ValueError(value)
    return bool(value == "T")


_KINDS: dict[str, str | Callable[[Any], Any]] = {
    "list": "text",
    "boolean": _truth,
    "money": _amount,
    "number": _amount,
    "rate": _amount,
}

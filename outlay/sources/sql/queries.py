"""What a connector asks of one snapshot: the rows of some days, their sums by day, and how months stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.protocol import Slice
from outlay.sources.sql.binding import Binding, Feed
from outlay.sources.sql.database import Snapshot
from outlay.sources.sql.days import Days
from outlay.sources.sql.dialects import Field

# Columns that every database can sort by.
_SORTABLE = {"text", "date", "naive", "aware", "integer", "decimal", "boolean"}


@dataclass(frozen=True)
class Queries:
    """SQL over one snapshot.

    `fields` are the columns that are read; `zone` is that of times without an offset, `home` the company's.
    """

    source: str
    snapshot: Snapshot
    binding: Binding
    fields: Sequence[Field]
    zone: ZoneInfo
    home: ZoneInfo

    @property
    def days(self) -> Days | None:
        """The day axis; None for a snapshot entity."""
        field = self.binding.day
        if field is None or self.binding.entity.day_column is None:
            return None
        is_instant = self.binding.entity.column(self.binding.entity.day_column).type == "timestamp"
        kind = field.kind
        if kind not in ("date", "naive", "aware"):  # text of SQLite
            kind = "naive" if is_instant else "date"
        column = self.snapshot.quoted(field.name)
        return Days(self.snapshot.dialect, column, kind, is_instant, self.zone, self.home)

    def rows(self, first: date, last: date) -> str:
        """The rows of the days, in an order that is always the same."""
        fields = [
            f"{self.snapshot.dialect.as_read(quoted, one.kind)} as {quoted}"
            for one in self.fields
            for quoted in (self.snapshot.quoted(one.name),)
        ]
        return f"select {', '.join(fields)} from {self.snapshot.relation}{self._where(first, last)}{self._order()}"

    @cached_property
    def undated(self) -> int:
        """How many rows have no day: they would belong to no month."""
        if self.days is None:
            return 0
        counted = f"select count(*) from {self.snapshot.relation} where {self.days.column} is null"
        return int(self.snapshot.rows(counted)[0][0])

    def sums(self, amount: Feed, first: date, last: date) -> Mapping[date, Decimal]:
        """The sum of a money column by day, made by the database."""
        days = self.days
        if days is None:
            return {}
        sides = [(1, amount.origin or amount.debit), (-1, amount.credit)]
        stated = [(sign, self.snapshot.quoted(name)) for sign, name in sides if name]
        empty = " and ".join(f"{column} is null" for _, column in stated)
        sums = ", ".join(self.snapshot.dialect.sum(column) for _, column in stated)
        found = self.snapshot.rows(
            f"select {days.bucket()}, count(*), sum(case when {empty} then 1 else 0 end), {sums} "
            f"from {self.snapshot.relation}{self._where(first, last)} group by 1"
        )
        signs = [sign for sign, _ in stated]
        totals: dict[date, Decimal] = {}
        for bucket, _, missing, *parts in found:
            day = days.day_of_bucket(bucket)
            totals[day] = totals.get(day, Decimal(0)) + self._total(amount, signs, parts, int(missing))
        return totals

    def states(self, slices: Sequence[Slice], cursor: str, amount: Feed | None) -> Mapping[str, str]:
        """How each slice stands: its rows counted, the last change, all changes and the amounts summed.

        The sum over all changes moves with every single one, also with one that was committed late and is older than
        the last; so nothing rests on changes becoming visible in their order.
        """
        days = self.days
        if days is None:
            return {}
        ordered = sorted(slices, key=lambda one: one.first_day)
        dialect, column = self.snapshot.dialect, self.snapshot.quoted(cursor)
        kind = self.binding.kinds[cursor].kind
        changes = column if kind == "integer" else dialect.micros(column)
        money = [self.snapshot.quoted(name) for name in amount.origins] if amount else []
        measures = ["count(*)", f"max({column})", f"sum({changes})", *(dialect.sum(one) for one in money)]
        whens = []
        for number, one in enumerate(ordered):
            whens.append(f"when {days.within(one.first_day, one.last_day)} then {number}")
        numbered = f"case {' '.join(whens)} end"
        found = self.snapshot.rows(
            f"select {numbered}, {', '.join(measures)} from {self.snapshot.relation}"
            f"{self._where(ordered[0].first_day, max(one.last_day for one in ordered))} group by 1"
        )
        by_number = {number: _shown(measured) for number, *measured in found}
        return {one.name: by_number.get(number, "0") for number, one in enumerate(ordered)}

    def _total(self, amount: Feed, signs: Sequence[int], parts: Sequence[Any], missing: int) -> Decimal:
        try:
            total = sum((sign * Decimal(part or 0) for sign, part in zip(signs, parts, strict=True)), Decimal(0))
        except InvalidOperation:
            raise FetchError(
                f"{self.source}: {amount.column.name}: {' or '.join(amount.origins)} holds text that is no number"
            ) from None
        total = (-total if amount.rule.negate else total) / Decimal(amount.rule.divide_by or 1)
        return total + missing * Decimal(amount.rule.default or 0)

    def _where(self, first: date, last: date) -> str:
        return f" where {self.days.within(first, last)}" if self.days else ""

    def _order(self) -> str:
        kinds = self.binding.kinds
        keys = [name for key in self.binding.entity.key if (feed := self.binding.feed(key)) for name in feed.origins]
        day = [self.binding.day.name] if self.binding.day else []
        names = dict.fromkeys([*day, *keys, *self.binding.row_key, *(one.name for one in self.fields)])
        sortable = [self.snapshot.quoted(name) for name in names if kinds[name].kind in _SORTABLE]
        return f" order by {', '.join(sortable)}" if sortable else ""


def _shown(measured: Sequence[Any]) -> str:
    return " ".join("-" if one is None else str(one).replace(" ", "T") for one in measured)

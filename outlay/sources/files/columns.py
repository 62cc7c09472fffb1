"""One SELECT that turns a table of delivered text into typed rows, each with its value or the reason it has none.

The statement is built in layers, so that every step is computed once a row: cells (trimmed, mapped, emptied), digits
(numbers in one notation), values (typed), settled (signs turned), and the verdict on the row. DuckDB runs it in bulk.
"""

from __future__ import annotations

from dataclasses import dataclass

from outlay.company import Company, SourceSection
from outlay.currencies import currency_codes
from outlay.entities import ENTITIES, Column
from outlay.sources.files import moments, numbers
from outlay.sources.files.cells import CellTexts, json_names
from outlay.sources.files.mapping import Binding, Bound
from outlay.sources.files.reasons import reasons
from outlay.sources.quoting import BLANKS, like_any, literal, literals, name

# Between the parts of a row key: a character that no export writes.
KEY_SEPARATOR = "\x1f"
_NUMERIC = {"money", "rate", "number", "integer"}
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


@dataclass
class RowQuery:
    """Builds the SELECT for tables of the same headings, bound once.

    It reads a relation that gives _delivery, _file, _row, _flaw, _raw and the cells c0, c1, …
    """

    section: SourceSection
    company: Company
    binding: Binding
    headings: tuple[str, ...]
    is_typed: bool = False
    outer_blanks: str = BLANKS

    def __post_init__(self) -> None:
        self.entity = ENTITIES[self.section.entity]
        self.notation = numbers.Notation(self.section.decimal, self.section.thousands)
        self.zone = self.section.time_zone or self.company.company.time_zone

    def select(self, table: str) -> str:
        """The whole statement: PARSED_COLUMNS, then the entity's; records without any text are left out."""
        texts = CellTexts(self.section, self.binding, len(self.headings), self.outer_blanks)
        values = ", ".join(f"v_{column.name} as {name(column.name)}" for column in self.entity.columns)
        return f"""
            with delivered as (select _delivery, _file, _row, _flaw, _raw, {texts.trimmed()} from {table}),
            cells as (select *, {texts.mapped()} from delivered
                where {self._first_text()} is not null or _flaw is not null),
            digits as (select *{self._digits()} from cells),
            typed as (select *, {self._typed()} from digits),
            settled as (select *{self._settled()} from typed),
            judged as (select *, {self._reason()} as reason from settled),
            placed as (select *, {self._state()} as _state from judged)
            select _delivery, _state, _file, _row,
                case when _state = 'quarantined' then reason end as _reason,
                case when _state = 'quarantined' then coalesce(_raw, {self._raw_json()}) end as _raw,
                {self._row_key()} as _row_key, {self._account()} as _account, {self._day()} as _day, {values}
            from placed
        """

    # -- numbers and typed values --------------------------------------------------------------------------------

    def _digits(self) -> str:
        parts = []
        for bound in self._numeric():
            for text, digits in self._number_texts(bound):
                value = numbers.canonical(text, bound.column.type, self.notation, self._currency(), bound.rule.round_to)
                parts.append(f", {value} as {digits}")
        return "".join(parts)

    def _numeric(self) -> list[Bound]:
        return [bound for bound in self.binding.columns if bound.column.type in _NUMERIC and not bound.is_absent]

    def _number_texts(self, bound: Bound) -> list[tuple[str, str]]:
        texts = [(f"t_{bound.column.name}", f"d_{bound.column.name}")]
        return texts + ([(f"k_{bound.column.name}", f"e_{bound.column.name}")] if bound.is_debit_credit else [])

    def _currency(self) -> str | None:
        if "currency" in self.entity.column_names:
            return "t_currency"
        return literal(self.section.currency) if self.section.currency else None

    def _typed(self) -> str:
        parts = [f"{self._value(bound)} as v_{bound.column.name}" for bound in self.binding.columns]
        for bound in self._instants():
            local = moments.local_value(f"t_{bound.column.name}", self.formats(bound), also_iso=self.is_typed)
            parts.append(f"{local} as l_{bound.column.name}")
        return ", ".join(parts)

    def _instants(self) -> list[Bound]:
        return [bound for bound in self.binding.columns if bound.column.type == "timestamp" and not bound.is_absent]

    def _value(self, bound: Bound) -> str:
        column, text = bound.column, f"t_{bound.column.name}"
        if bound.is_absent:
            return f"null::{column.storage_type}"
        if column.type in _NUMERIC:
            return self._number(bound)
        if column.type == "date":
            return moments.date_value(text, self.formats(bound))
        if column.type == "timestamp":
            return moments.aware_value(text, self.formats(bound), also_iso=self.is_typed)
        if column.type == "boolean":
            return (
                f"case when lower({text}) in ({literals(_TRUE)}) then true "
                f"when lower({text}) in ({literals(_FALSE)}) then false end"
            )
        if column.type == "currency":
            return f"case when upper({text}) in ({literals(sorted(currency_codes()))}) then upper({text}) end"
        if column.choices:
            return f"case when lower({text}) in ({literals(column.choices)}) then lower({text}) end"
        return text

    def _number(self, bound: Bound) -> str:
        values = []
        for _, digits in self._number_texts(bound):
            if bound.column.type == "integer":
                values.append(numbers.integer_value(digits))
            else:
                values.append(
                    numbers.decimal_value(digits, bound.column.type, bound.rule.divide_by, bound.rule.round_to)
                )
        if not bound.is_debit_credit:
            return values[0]
        debit, credit = (
            f"case when {text} is null then 0 else {value} end"
            for (text, _), value in zip(self._number_texts(bound), values, strict=True)
        )
        both_empty = " and ".join(f"{text} is null" for text, _ in self._number_texts(bound))
        difference = f"try_cast({debit} - {credit} as {bound.column.storage_type})"
        return f"case when {both_empty} then null else {difference} end"

    def _settled(self) -> str:
        """SQL: signs turned, local times made UTC, misread years emptied."""
        parts = []
        for bound in self.binding.columns:
            value = f"v_{bound.column.name}"
            if bound.column.type == "date" and not bound.is_absent:
                parts.append(f"{moments.in_range(value, 'date')} as {value}")
            elif bound.column.type == "timestamp" and not bound.is_absent:
                parts.append(f"{moments.instant(value, f'l_{bound.column.name}', self.zone)} as {value}")
            elif bound.column.type in _NUMERIC and (turned := self._turned(bound, value)) != value:
                parts.append(f"cast({turned} as {bound.column.storage_type}) as {value}")
        return f" replace ({', '.join(parts)})" if parts else ""

    def _turned(self, bound: Bound, value: str) -> str:
        turned = f"-{value}" if bound.rule.negate else value
        return (
            f"case when {self._is_negative(bound)} then -{value} else {turned} end"
            if bound.sign is not None
            else turned
        )

    def _is_negative(self, bound: Bound) -> str:
        return like_any(f"c{bound.sign}", bound.rule.negative_when)

    # -- the verdict on a row ------------------------------------------------------------------------------------

    def _reason(self) -> str:
        tests = ["_flaw", *reasons(self)]
        return f"nullif(concat_ws('; ', {', '.join(tests)}), '')"

    def _state(self) -> str:
        kept = " and ".join(f"coalesce({like_any(f'c{at}', values)}, false)" for at, values in self.binding.only)
        dropped = f"when not ({kept}) then 'filtered' " if kept else ""
        if self.section.unpivot:
            dropped += f"when _flaw is null and t_{self.section.unpivot.values} is null then 'filtered' "
        total = f"when {self._is_total(self._first_text())} then 'total' " if self.section.total_rows else ""
        return f"case {total}{dropped}when reason is not null then 'quarantined' else 'landed' end"

    def _first_text(self) -> str:
        """SQL: the first cell of a record that is not empty, NULL for a record of blanks."""
        return f"coalesce({', '.join(['null', *(f'c{at}' for at in range(len(self.headings)))])})"

    def _is_total(self, first: str) -> str:
        """SQL: the file's own total row, by its first cell that is not empty, or by an amount that nothing owns."""
        named = like_any(first, self.section.total_rows)
        owners = [
            f"c{bound.cell} is null"
            for bound in self.binding.columns
            if bound.cell is not None and bound.column.type == "text" and bound.column.required
        ]
        if not owners or self.entity.amount is None:
            return named
        return f"({named} or ({' and '.join(owners)} and v_{self.entity.amount} is not null))"

    # -- where the row goes --------------------------------------------------------------------------------------

    def _row_key(self) -> str:
        if not self.binding.row_key:
            return "null::varchar"
        cells = ", ".join(f"coalesce(c{at}, '')" for at in self.binding.row_key)
        return f"concat_ws({literal(KEY_SEPARATOR)}, {cells})"

    def _account(self) -> str:
        return f"v_{self.entity.account_column}" if self.entity.account_column else "'all'"

    def _day(self) -> str:
        if self.entity.day_column is None:
            return "null::date"
        value = f"v_{self.entity.day_column}"
        is_instant = self.entity.column(self.entity.day_column).type == "timestamp"
        return moments.day_of(value, self.company.company.time_zone) if is_instant else value

    def _raw_json(self) -> str:
        pairs = ", ".join(
            f"{literal(heading)}, left(c{at}, 10000)" for at, heading in enumerate(json_names(self.headings))
        )
        return f"json_object({pairs})::varchar"

    def formats(self, bound: Bound) -> list[str]:
        """The date or time formats that count for a column; typed cells were written as ISO dates."""
        if bound.column.type == "timestamp":
            return bound.rule.date_format or self.section.timestamp_format
        formats = bound.rule.date_format or self.section.date_format
        is_iso_safe = not any(one.startswith("%Y-%d") for one in formats)
        return [*formats, moments.ISO_DATE] if self.is_typed and is_iso_safe else formats

    def is_text(self, column: Column) -> bool:
        return column.type in ("text", "list") and not column.choices

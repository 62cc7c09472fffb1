"""Judges whole files by their typed rows: are there any, do they sum to the file's own total, do they repeat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from outlay.company import SourceSection
from outlay.entities import Entity
from outlay.sources.base import PARSED_TABLE, Mark, Parsed, Problem, Severity
from outlay.sources.quoting import literal, name

_LANDED = f"from {PARSED_TABLE} where _state = 'landed'"


@dataclass
class WholeFiles:
    """The judgement of one batch. Problems go to the deliveries; rows of refused ones leave PARSED_TABLE."""

    section: SourceSection
    entity: Entity
    connection: duckdb.DuckDBPyConnection

    def judge(self, batch: list[Parsed], with_heading: set[int]) -> None:
        """Refuses and notes. A heading without rows (`with_heading`) is an answer, where the source is optional."""
        rows = dict(self._all(f"select _delivery, count(*) from {PARSED_TABLE} group by all"))
        for parsed in batch:
            number = parsed.mark.delivery_no
            is_answer = rows.get(number) or (self.section.optional and number in with_heading)
            if parsed.complete and not is_answer:
                message = (
                    f"{parsed.mark.name} holds no rows; expected at least one {self.entity.name} row. "
                    "Deliver it again; if headings alone are in order, state optional = true under "
                    f"[sources.{self.section.name}]."
                )
                self._refuse(parsed, "no_rows", message)
        by_number = {parsed.mark.delivery_no: parsed for parsed in batch}
        if self.section.total_rows and self.entity.amount:
            self._reconcile(self.entity.amount, by_number)
        refused = [str(parsed.mark.delivery_no) for parsed in batch if not parsed.complete]
        if refused:
            self.connection.execute(f"delete from {PARSED_TABLE} where _delivery in ({', '.join(refused)})")
        if self._repeats():
            self._mark_repeats()
            self._tell_of_finer_grain(by_number)

    def _all(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        return self.connection.execute(query).fetchall()

    def _refuse(self, parsed: Parsed, check: str, message: str) -> None:
        parsed.problems.append(self._problem(check, parsed.mark, message))
        parsed.complete = False

    def _reconcile(self, amount: str, batch: dict[int, Parsed]) -> None:
        """The file's own total must be the sum of its rows to the cent: else a part of them is missing or misread."""
        value = name(amount)
        sums = self._all(
            f"select _delivery, _file, coalesce(sum({value}) filter (where _state <> 'total'), 0), "
            f"list({value} order by _row) filter (where _state = 'total' and {value} is not null), "
            f"count(*) filter (where _state <> 'total' and {value} is null) "
            f"from {PARSED_TABLE} group by all order by all"
        )
        for number, file, total, stated, unread in sums:
            if stated and all(_cents(one) != _cents(total) for one in stated):
                message = (
                    f"{file}: its own total row says {amount} {_cents(stated[-1])}, its rows sum to {_cents(total)}; "
                    f"{unread} of them have no readable {amount}. Nothing of the file was loaded."
                )
                self._refuse(batch[number], "file_total", message)

    def _repeats(self) -> list[tuple]:  # type: ignore[type-arg]
        """(delivery, landed rows whose key an earlier row of it has) where there are any."""
        key = ", ".join([*(name(column) for column in self.entity.key), "_row_key"])
        return self._all(
            f"with landed as (select _delivery, {key} {_LANDED}), "
            "counted as (select _delivery, count(*) as total from landed group by all), "
            "distinct_ones as (select _delivery, count(*) as kinds from (select distinct * from landed) group by all) "
            "select _delivery, total - kinds from counted join distinct_ones using (_delivery) "
            "where total > kinds order by all"
        )

    def _mark_repeats(self) -> None:
        """Quarantines rows that repeat an earlier one of their delivery word for word."""
        columns = ", ".join(["_delivery", *(name(column) for column in self.entity.column_names), "_row_key"])
        fields = ", ".join(f"{literal(column)}: {name(column)}" for column in self.entity.column_names)
        self.connection.execute(
            f"update {PARSED_TABLE} set _state = 'quarantined', _raw = to_json({{{fields}}})::varchar, "
            "_reason = 'repeats row ' || earlier || ' of the same delivery: same key and same values' "
            "from (select rowid as id, first_value(_row) over w as earlier, row_number() over w as repeat "
            f"{_LANDED} window w as (partition by {columns} order by _file, _row)) as repeats "
            f"where repeat > 1 and {PARSED_TABLE}.rowid = id"
        )

    def _tell_of_finer_grain(self, batch: dict[int, Parsed]) -> None:
        for number, count in self._repeats():
            message = (
                f"{batch[number].mark.name}: {count} rows share {', '.join(self.entity.key)} with another row of the "
                "file and differ from it; only the last of each counts. If rows are finer than that, name their "
                "headings in row_key."
            )
            batch[number].problems.append(self._problem("grain", batch[number].mark, message, "warned"))

    def _problem(self, check: str, mark: Mark, message: str, severity: Severity = "failed") -> Problem:
        return Problem(self.section.name, check, mark.name, message, severity, mark.sha256)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))

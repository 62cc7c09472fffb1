"""Judges a fetched delivery as a whole: rows repeated across pages, and sums against the platform's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from outlay.entities import Entity
from outlay.sources.base import PARSED_TABLE
from outlay.sources.quoting import literal, name

# A cent: sums of rounded amounts may differ by less, sums of different rows do not.
TOLERANCE = Decimal("0.01")
_SHOWN_DAYS = 3
_ROUNDING = Decimal("0.00005")


@dataclass
class Judge:
    """Works on the rows of PARSED_TABLE."""

    entity: Entity
    connection: duckdb.DuckDBPyConnection

    def quarantine(self, delivery_no: int) -> None:
        """Takes out what is incomplete, then all but one of the rows that share a key."""
        self._incomplete(delivery_no)
        if self._is_repeated(delivery_no):
            self._repeated(delivery_no)

    def differences(self, delivery_no: int, column: str, control: Mapping[date, Decimal]) -> str | None:
        """The days on which the rows do not sum to the platform's own figure, in words; None where all agree."""
        found = self.connection.execute(
            f"select _day, coalesce(sum({name(column)}), 0), count(*) from {PARSED_TABLE} "
            "where _delivery = ? and _state = 'landed' group by _day",
            [delivery_no],
        ).fetchall()
        sums: dict[date, Decimal] = {day: total for day, total, _ in found}
        rows = {day: count for day, _, count in found}
        wrong = []
        for day in sorted(sums.keys() | control.keys(), key=str):
            ours, theirs = sums.get(day, Decimal(0)), control.get(day, Decimal(0))
            # Each row is rounded to four places; only very many of them can add up to a cent.
            if abs(ours - theirs) > max(TOLERANCE, _ROUNDING * rows.get(day, 0)):
                wrong.append(f"{day}: the rows sum to {_shown(ours)}, the platform says {_shown(theirs)}")
        if not wrong:
            return None
        more = f"; and {len(wrong) - _SHOWN_DAYS} more days" if len(wrong) > _SHOWN_DAYS else ""
        return "; ".join(wrong[:_SHOWN_DAYS]) + more

    def _incomplete(self, delivery_no: int) -> None:
        tests = [(f"{name(column)} is null", f"{column} is empty; it is required") for column in self.entity.required]
        if self.entity.name == "platform_spend":
            tests.append(("spend < 0", "spend is below 0; expected 0 or more"))
        reasons = ", ".join(f"case when {test} then {literal(reason)} end" for test, reason in tests)
        any_fails = " or ".join(test for test, _ in tests)
        self.connection.execute(
            f"update {PARSED_TABLE} set _state = 'quarantined', _raw = {self._raw()}, "
            f"_reason = concat_ws('; ', {reasons}) where _delivery = ? and ({any_fails})",
            [delivery_no],
        )

    def _is_repeated(self, delivery_no: int) -> bool:
        # Hashes are counted much faster than keys; two keys with one hash only cost the closer look that follows.
        found = self.connection.execute(
            f"select count(*) <> count(distinct hash({self._key()})) from {PARSED_TABLE} "
            "where _delivery = ? and _state = 'landed'",
            [delivery_no],
        ).fetchone()
        return bool(found and found[0])

    def _repeated(self, delivery_no: int) -> None:
        """Of the rows with one key the last one's content counts, and of equal rows the first stands."""
        fields = ", ".join(f"{literal(column)}: {name(column)}" for column in self.entity.column_names)
        content = f"{{{fields}}}"
        self.connection.execute(
            f"""
            update {PARSED_TABLE} set _state = 'quarantined', _raw = {self._raw()}, _reason = case when is_same
                then 'repeats row ' || winner || ' of the same delivery word for word: the platform gave it twice'
                else 'row ' || winner || ' of the same delivery has this key and other values: the later page counts'
                end
            from (
                select id, is_same, min(_row) filter (where is_same) over (partition by {self._key()}) as winner, _row
                from (
                    select rowid as id, _row, {self._key()}, {content} is not distinct from last_value({content})
                        over (partition by {self._key()} order by _row
                            rows between unbounded preceding and unbounded following) as is_same
                    from {PARSED_TABLE} where _delivery = {delivery_no} and _state = 'landed'
                )
            ) as ranked
            where {PARSED_TABLE}.rowid = ranked.id and ranked._row <> ranked.winner
            """
        )

    def _key(self) -> str:
        return ", ".join([*(name(column) for column in self.entity.key), "_row_key"])

    def _raw(self) -> str:
        fields = ", ".join(f"{literal(column)}: {name(column)}" for column in self.entity.column_names)
        return f"to_json({{{fields}}})::varchar"


def _shown(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount == amount.quantize(TOLERANCE) else f"{amount.normalize():f}"

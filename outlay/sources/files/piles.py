"""Collects tables of the same headings, so that one statement types the rows of many files.

A statement over a mapped table is long and takes a moment to plan; a company delivers hundreds of small files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import duckdb

from outlay.sources.files.sql import literal
from outlay.sources.files.tables import Table

# (headings, typed cells, characters around values): tables alike in these are read by one statement.
Layout = tuple[tuple[str, ...], bool, str]


@dataclass
class Piles:
    """Cells of many tables, one DuckDB table a layout: _delivery, _file, _row, _flaw, _raw, c0, c1, …"""

    connection: duckdb.DuckDBPyConnection
    rows: int = 0
    _names: dict[Layout, str] = field(default_factory=dict)

    def add(self, delivery_no: int, table: Table) -> Table:
        """Adds the records of `table`, the careful reading where the fast one fails; returns the table that was read.

        Raises duckdb.Error when the bytes cannot be read and there is no careful reading.
        """
        try:
            added = self._insert(delivery_no, table)
        except duckdb.Error:
            if table.careful is None:
                raise
            added = None
        if table.careful and added != table.expected_rows:
            self.remove(delivery_no, table.name)
            table = table.careful()
            added = self._insert(delivery_no, table)
        self.rows += added or 0
        return table

    def _insert(self, delivery_no: int, table: Table) -> int:
        name = self._pile(table)
        cells = "".join(f", c{at}" for at in range(len(table.headings)))
        inserted = self.connection.execute(
            f"insert into {name} "
            f"select {delivery_no}, {literal(table.name)}, _row, _flaw, _raw{cells} from ({table.sql})"
        ).fetchall()
        return int(inserted[0][0])

    def _pile(self, table: Table) -> str:
        layout = layout_of(table)
        if layout not in self._names:
            name = f"pile_{len(self._names)}"
            cells = "".join(f", c{at} varchar" for at in range(len(table.headings)))
            self.connection.execute(
                f"create or replace temp table {name} "
                f"(_delivery bigint, _file varchar, _row bigint, _flaw varchar, _raw varchar{cells})"
            )
            self._names[layout] = name
        return self._names[layout]

    def remove(self, delivery_no: int, file: str | None = None) -> None:
        """Takes the records of a delivery out again, or of one table of it."""
        where = f"_delivery = {delivery_no}" + (f" and _file = {literal(file)}" if file is not None else "")
        for name in self._names.values():
            self.connection.execute(f"delete from {name} where {where}")

    def each(self, use: Callable[[Layout, str], None]) -> None:
        """Calls `use(layout, table name)` for every pile and drops it."""
        for layout, name in self._drain():
            use(layout, name)
            self.connection.execute(f"drop table {name}")

    def _drain(self) -> Iterator[tuple[Layout, str]]:
        yield from list(self._names.items())
        self._names.clear()


def layout_of(table: Table) -> Layout:
    return table.headings, table.is_typed, table.outer_blanks

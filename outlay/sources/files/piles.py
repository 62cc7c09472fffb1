"""Collects tables of the same headings, so that one statement types the rows of many files.

A statement over a mapped table is long and takes a moment to plan; a company delivers hundreds of small files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from outlay.sources.files.tables import Table
from outlay.sources.quoting import literal

# (headings, typed cells, characters around values): tables alike in these are read by one statement.
Layout = tuple[tuple[str, ...], bool, str]
# A table and the number of the delivery that it belongs to.
Numbered = tuple[int, Table]
_PILE = "pile"


@dataclass
class Piles:
    """The tables read so far, by layout."""

    rows: int = 0
    _tables: dict[Layout, list[Numbered]] = field(default_factory=dict)

    def add(self, delivery_no: int, table: Table) -> None:
        layout = table.headings, table.is_typed, table.outer_blanks
        self._tables.setdefault(layout, []).append((delivery_no, table))
        self.rows += table.rows

    def remove(self, delivery_no: int) -> None:
        """Takes the tables of a delivery out again."""
        for layout, tables in self._tables.items():
            self._tables[layout] = [one for one in tables if one[0] != delivery_no]

    def each(self) -> Iterator[tuple[Layout, list[Numbered]]]:
        yield from ((layout, tables) for layout, tables in self._tables.items() if tables)


def together(tables: list[Numbered]) -> str:
    """SQL: the records of all tables as they are read, with _delivery and _file before their own columns."""
    return f"({' union all '.join(_select(number, table) for number, table in tables)})"


def _select(number: int, table: Table) -> str:
    cells = "".join(f", c{at}" for at in range(len(table.headings)))
    file = literal(table.name)
    return f"select {number}::bigint as _delivery, {file} as _file, _row, _flaw, _raw{cells} from ({table.sql})"


@dataclass
class Pile:
    """The records of many tables of one layout, copied one table after the other so that each can be watched."""

    connection: duckdb.DuckDBPyConnection
    width: int

    def __enter__(self) -> Pile:
        cells = "".join(f", c{at} varchar" for at in range(self.width))
        self.connection.execute(
            f"create or replace temp table {_PILE} "
            f"(_delivery bigint, _file varchar, _row bigint, _flaw varchar, _raw varchar{cells})"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute(f"drop table {_PILE}")

    @property
    def sql(self) -> str:
        return _PILE

    def add(self, number: int, table: Table) -> None:
        """Adds a table's records, by its careful reading where the fast one fails or finds another number.

        Raises duckdb.Error when its bytes cannot be read at all.
        """
        try:
            added = self._insert(number, table)
        except duckdb.Error:
            if table.careful is None:
                raise
            added = -1
        if table.careful and added != table.rows:
            self.connection.execute(f"delete from {_PILE} where _delivery = {number} and _file = {literal(table.name)}")
            self._insert(number, table.careful())

    def _insert(self, number: int, table: Table) -> int:
        inserted = self.connection.execute(f"insert into {_PILE} {_select(number, table)}").fetchall()
        return int(inserted[0][0])

"""Rows of a SQL database as a connector: whole months read again and again inside one snapshot, never a moving mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES
from outlay.sources.fetched.answer import Chain
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slice, Slicing
from outlay.sources.fetched.rows import ROW_KEY
from outlay.sources.sql.binding import Feed, bind, check_types
from outlay.sources.sql.database import Database, Wanted
from outlay.sources.sql.pages import read_page, write_pages
from outlay.sources.sql.queries import Queries
from outlay.sources.sql.values import row_reader

# An entry is backdated into the month or quarter that is still open; with a cursor older months are watched as well.
RESTATEMENT_DAYS = 92
# Between the parts of a row key: a character that no database column holds.
_KEY_SEPARATOR = "\x1f"


@dataclass
class SqlConnector:
    """One table or query of one database.

    From `describe` to `close` (or the next `describe`) every question is answered by one state of the database: a row
    that moves from one month to another while both are fetched is in exactly one of them.
    """

    section: SourceSection
    company: Company
    database: Database
    wanted: Wanted
    cursor: str | None
    chain: Chain
    restatement_days: int = RESTATEMENT_DAYS
    version: int = 1
    _queries: Queries | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.entity = self.section.entity
        self.slicing: Slicing = "month" if ENTITIES[self.entity].is_dated else "all"
        self.controlled = ENTITIES[self.entity].amount if ENTITIES[self.entity].is_dated else None
        home = self.company.company.time_zone
        self._home, self._zone = ZoneInfo(home), ZoneInfo(self.section.time_zone or home)

    # -- the source's side ---------------------------------------------------------------------------------------

    def describe(self, account: str) -> Account:
        """Opens the database, on the state it has now, and looks whether it has what company.toml names."""
        self.close()
        self._asked()
        return Account(account, currency=self.section.currency, time_zone=self.section.time_zone)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """The rows of the days as files of rows, streamed. Raises FetchError."""
        queries = self._asked()
        if undated := queries.undated:
            raise FetchError(
                f"{self.section.name}: {undated:,} rows have no {queries.binding.entity.day_column} and would belong "
                "to no month; give them one, or leave them out in a query (where … is not null)"
            )
        asked = queries.rows(first_day, last_day)
        rows = (row for batch in queries.snapshot.batches(asked) for row in batch)
        for number, path in enumerate(write_pages(self.section.name, rows, queries.fields, self._new_file), start=1):
            yield RawPage(f"{asked} -- {number}", path)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """The sums by day that the database itself makes, of the very state that `fetch` read."""
        queries = self._asked()
        amount = self._amount(queries)
        return None if amount is None else queries.sums(amount, first_day, last_day)

    def states(self, account: Account, slices: Sequence[Slice]) -> Mapping[str, str]:
        """By slice name a text that differs as soon as a row of its days was added, changed or deleted.

        Without a cursor it tells only whether the same columns were read: months fetched before company.toml mapped
        another one lack it. Asked in the snapshot that `fetch` reads, so that a change is either in the rows or still
        to be seen.
        """
        if self.slicing == "all" or not slices:
            return {}
        queries = self._asked()
        columns = ",".join(one.name for one in queries.fields)
        if queries.binding.cursor is None:
            return {one.name: columns for one in slices}
        found = queries.states(slices, queries.binding.cursor, self._amount(queries))
        return {name: f"{columns} {state}" for name, state in found.items()}

    def close(self) -> None:
        """Lets go of the snapshot."""
        if self._queries is not None:
            self._queries.snapshot.close()
            self._queries = None

    def _asked(self) -> Queries:
        if self._queries is None:
            name = self.section.name
            snapshot = self.database.snapshot(self.wanted)
            try:
                binding = bind(self.section, self.cursor, snapshot.fields)
                check_types(name, binding, is_typed=snapshot.dialect.is_typed)
            except FetchError:
                snapshot.close()
                raise
            # Of a table nothing is taken that nobody asked for; a query names what it wants itself.
            fields = snapshot.fields if self.wanted.query else binding.used
            self._queries = Queries(name, snapshot, binding, fields, self._zone, self._home)
        return self._queries

    def _new_file(self) -> Path:
        return self.chain.next_file("").with_suffix(".jsonl")

    def _amount(self, queries: Queries) -> Feed | None:
        return queries.binding.feed(self.controlled)

    # -- reading what was fetched --------------------------------------------------------------------------------

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The rows of one page as canonical ones."""
        fields, rows = read_page(page.body)
        try:
            binding = bind(self.section, self.cursor, fields)
        except FetchError as error:
            told = str(error).removeprefix(f"{self.section.name}: ")
            raise SchemaError("(columns)", f"those of company.toml: {told}", "rows fetched before") from None
        for unused in binding.unused:
            reading.unknown_fields.setdefault(unused.name, "the query")
        read = row_reader(binding, fields, self._zone)
        keys = [at for name in binding.row_key for at, one in enumerate(fields) if one.name == name]
        for row in rows:
            canonical = read(row)
            if keys:
                canonical[ROW_KEY] = _KEY_SEPARATOR.join("" if row[at] is None else str(row[at]) for at in keys)
            yield canonical

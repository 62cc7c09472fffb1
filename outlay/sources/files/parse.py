"""Parses delivered files into the table of typed rows: unwrap, read, bind, type, then judge each file as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES
from outlay.sources.base import PARSED_TABLE, Mark, Parsed, Problem, Rejected, Severity, create_parsed_table
from outlay.sources.files.archives import UnreadableError, unwrap
from outlay.sources.files.columns import RowQuery
from outlay.sources.files.headings import Headings, fold
from outlay.sources.files.mapping import Binding, bind, wanted_headings
from outlay.sources.files.piles import Layout, Numbered, Pile, Piles, together
from outlay.sources.files.read import read_member
from outlay.sources.files.tables import Table
from outlay.sources.files.unpivot import unpivoted_headings, unpivoted_sql
from outlay.sources.files.whole import WholeFiles
from outlay.sources.quoting import literal

# Records that are typed together: bounds memory.
_BATCH_ROWS = 500_000


class FileParser:
    """Reads a batch of one source's files."""

    def __init__(
        self, section: SourceSection, company: Company, connection: duckdb.DuckDBPyConnection, work: Path
    ) -> None:
        self.section = section
        self.company = company
        self.connection = connection
        self.work = work
        self.entity = ENTITIES[section.entity]
        self.wanted = wanted_headings(section)
        self.piles = Piles()
        self.batch: dict[int, Parsed] = {}
        self.with_heading: set[int] = set()
        self.bindings: dict[tuple[str, ...], Binding] = {}

    def parse(self, deliveries: Iterator[tuple[Mark, Path]]) -> list[Parsed]:
        """What the next deliveries held, as many as fit; PARSED_TABLE has the rows of those that are complete."""
        for mark, raw in deliveries:
            self.batch[mark.delivery_no] = Parsed(mark)
            self._collect(self.batch[mark.delivery_no], raw)
            if self.piles.rows >= _BATCH_ROWS:
                break
        create_parsed_table(self.connection, self.entity)
        for layout, tables in self.piles.each():
            if not self._type_as_read(layout, tables):
                self._type_piled(layout, tables)
        batch = list(self.batch.values())
        WholeFiles(self.section, self.entity, self.connection).judge(batch, self.with_heading)
        return batch

    def _collect(self, parsed: Parsed, raw: Path) -> None:
        """Reads the tables of one file; none of a file that cannot be used."""
        number = parsed.mark.delivery_no
        folder = self.work / str(number)
        folder.mkdir()
        try:
            if not raw.exists():
                raise UnreadableError(f"is gone from the landing zone ({raw})", blocks=True)
            for member in unwrap(raw, parsed.mark.name, folder):
                if member.garbage:
                    self._say_garbage(member.name, member.garbage, parsed)
                table = read_member(member, self.section, self.wanted, self.connection, folder)
                if table is not None and self._is_bound(table, parsed):
                    self.piles.add(number, table)
                    self.with_heading.add(number)
        except UnreadableError as error:
            self._refuse_unreadable(parsed, error)
        if not parsed.complete:
            self.piles.remove(number)

    def _refuse_unreadable(self, parsed: Parsed, error: UnreadableError) -> None:
        mark = parsed.mark
        severity: Severity = "failed" if error.blocks else "warned"
        message = f"{mark.name} {error}; nothing of it was loaded. Deliver it again."
        parsed.problems.append(self._problem("file_readable", mark, message, severity))
        parsed.rejected.append(Rejected(mark.name, f"the file {error}"))
        parsed.complete = False

    # -- typing --------------------------------------------------------------------------------------------------

    def _type_as_read(self, layout: Layout, tables: list[Numbered]) -> bool:
        """Types the rows while DuckDB reads the files. False, and no row, if any file is not what it seemed."""
        files = ", ".join(literal(table.name) for _, table in tables)
        numbers = ", ".join(str(number) for number, _ in tables)
        ours = f"from {PARSED_TABLE} where _delivery in ({numbers}) and _file in ({files})"
        try:
            self._insert_typed(layout, together(tables))
        except duckdb.Error:
            return False
        last = f"select _delivery, _file, max(_row) {ours} group by all"
        found = {(number, file): row for number, file, row in self.connection.execute(last).fetchall()}
        if all(found.get((number, table.name), 0) == table.rows for number, table in tables if table.careful):
            return True
        self.connection.execute(f"delete {ours}")
        return False

    def _type_piled(self, layout: Layout, tables: list[Numbered]) -> None:
        """Types the rows of files of which at least one must be read with care."""
        with Pile(self.connection, len(layout[0])) as pile:
            for number, table in tables:
                try:
                    pile.add(number, table)
                except duckdb.Error as error:
                    reason = UnreadableError(f"cannot be read ({str(error).splitlines()[0]})")
                    self._refuse_unreadable(self.batch[number], reason)
            self._insert_typed(layout, pile.sql)

    def _insert_typed(self, layout: Layout, relation: str) -> None:
        headings, is_typed, outer_blanks = layout
        relation = unpivoted_sql(relation, headings, self.section, self.wanted)
        bound = unpivoted_headings(headings, self.section, self.wanted)
        query = RowQuery(self.section, self.company, self._binding(headings), bound, is_typed, outer_blanks)
        self.connection.execute(f"insert into {PARSED_TABLE} {query.select(relation)}")

    # -- what there is to say ------------------------------------------------------------------------------------

    def _say_garbage(self, file: str, garbage: int, parsed: Parsed) -> None:
        reason = f"{garbage:,} bytes follow the end of the gzip data; they were not read"
        parsed.rejected.append(Rejected(file, reason))
        parsed.problems.append(self._problem("file_readable", parsed.mark, f"{file}: {reason}", "warned"))

    def _is_bound(self, table: Table, parsed: Parsed) -> bool:
        binding = self._binding(table.headings)
        if binding.missing:
            message = f"{table.name}: " + "; ".join(binding.missing) + ". Nothing of the file was loaded."
            parsed.problems.append(self._problem("columns_present", parsed.mark, message))
            parsed.complete = False
            return False
        self._note(binding, table, parsed)
        return True

    def _binding(self, headings: tuple[str, ...]) -> Binding:
        if headings not in self.bindings:
            self.bindings[headings] = bind(
                self.section, Headings(unpivoted_headings(headings, self.section, self.wanted))
            )
        return self.bindings[headings]

    def _note(self, binding: Binding, table: Table, parsed: Parsed) -> None:
        for heading in binding.unused if not table.headings_are_ours else ():
            message = f"heading {heading.strip()!r} is mapped to no column of {self.entity.name}: kept in raw only"
            parsed.notes[f"heading:{fold(heading)}"] = self._problem("columns_known", parsed.mark, message, "warned")
        for column, sentence in binding.absent.items():
            message = f"{sentence}; the column stays empty"
            parsed.notes[f"absent:{column}"] = self._problem("columns_present", parsed.mark, message, "warned")

    def _problem(self, check: str, mark: Mark, message: str, severity: Severity = "failed") -> Problem:
        return Problem(self.section.name, check, mark.name, message, severity, mark.sha256)

"""Parses delivered files into the table of typed rows: unwrap, read, bind, type, then judge each file as a whole."""

from __future__ import annotations

import shutil
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
from outlay.sources.files.piles import Layout, Piles
from outlay.sources.files.read import read_member
from outlay.sources.files.tables import Table
from outlay.sources.files.unpivot import unpivoted_headings, unpivoted_sql
from outlay.sources.files.whole import WholeFiles

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
        self.piles = Piles(connection)
        self.bindings: dict[tuple[str, ...], Binding] = {}

    def parse(self, deliveries: Iterator[tuple[Mark, Path]]) -> list[Parsed]:
        """What the next deliveries held, as many as fit; PARSED_TABLE has the rows of those that are complete."""
        batch = []
        for mark, raw in deliveries:
            batch.append(self._collect(mark, raw))
            if self.piles.rows >= _BATCH_ROWS:
                break
        create_parsed_table(self.connection, self.entity)
        self.piles.each(self._type)
        WholeFiles(self.section, self.entity, self.connection).judge(batch)
        return batch

    def _collect(self, mark: Mark, raw: Path) -> Parsed:
        """Reads one file's records onto the piles; none of a file that cannot be used."""
        parsed = Parsed(mark)
        folder = self.work / str(mark.delivery_no)
        folder.mkdir()
        try:
            for member in unwrap(raw, mark.name, folder):
                if member.garbage:
                    self._say_garbage(member.name, member.garbage, parsed)
                table = read_member(member, self.section, self.wanted, self.connection, folder)
                if table is not None and self._is_bound(table, parsed):
                    self._pile(table, parsed)
        except UnreadableError as error:
            severity: Severity = "failed" if error.incomplete else "warned"
            message = f"{mark.name} {error}; nothing of it was loaded. Deliver it again."
            parsed.problems.append(self._problem("file_readable", mark, message, severity))
            parsed.rejected.append(Rejected(mark.name, f"the file {error}"))
            parsed.complete = False
        shutil.rmtree(folder)
        if not parsed.complete:
            self.piles.remove(mark.delivery_no)
        return parsed

    def _say_garbage(self, file: str, garbage: int, parsed: Parsed) -> None:
        reason = f"{garbage:,} bytes follow the end of the gzip data; they were not read"
        parsed.rejected.append(Rejected(file, reason))
        parsed.problems.append(self._problem("file_readable", parsed.mark, f"{file}: {reason}", "warned"))

    def _pile(self, table: Table, parsed: Parsed) -> None:
        try:
            self.piles.add(parsed.mark.delivery_no, table)
        except duckdb.Error as error:
            raise UnreadableError(f"cannot be read ({str(error).splitlines()[0]})") from None

    def _is_bound(self, table: Table, parsed: Parsed) -> bool:
        binding = self._binding(table.headings)
        if binding.missing:
            message = f"{table.name}: " + "; ".join(binding.missing) + ". Nothing of the file was loaded."
            parsed.problems.append(self._problem("columns_present", parsed.mark, message))
            parsed.complete = False
            return False
        self._note(binding, parsed)
        return True

    def _binding(self, headings: tuple[str, ...]) -> Binding:
        if headings not in self.bindings:
            self.bindings[headings] = bind(
                self.section, Headings(unpivoted_headings(headings, self.section, self.wanted))
            )
        return self.bindings[headings]

    def _note(self, binding: Binding, parsed: Parsed) -> None:
        for heading in binding.unused if self.section.format != "beancount" else ():
            message = f"heading {heading.strip()!r} is mapped to no column of {self.entity.name}: kept in raw only"
            parsed.notes[f"heading:{fold(heading)}"] = self._problem("columns_known", parsed.mark, message, "warned")
        for column, sentence in binding.absent.items():
            message = f"{sentence}; the column stays empty"
            parsed.notes[f"absent:{column}"] = self._problem("columns_present", parsed.mark, message, "warned")

    def _type(self, layout: Layout, pile: str) -> None:
        """Adds the typed rows of one pile to PARSED_TABLE."""
        headings, is_typed, outer_blanks = layout
        relation = unpivoted_sql(pile, headings, self.section, self.wanted)
        bound = unpivoted_headings(headings, self.section, self.wanted)
        query = RowQuery(self.section, self.company, self._binding(headings), bound, is_typed, outer_blanks)
        self.connection.execute(f"insert into {PARSED_TABLE} {query.select(relation)}")

    def _problem(self, check: str, mark: Mark, message: str, severity: Severity = "failed") -> Problem:
        return Problem(self.section.name, check, mark.name, message, severity, mark.sha256)

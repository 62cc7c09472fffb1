"""Parses fetched zips into the table of typed rows, and refuses those that cannot be believed."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO

import duckdb

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES
from outlay.garbage import no_collection
from outlay.sources.base import PARSED_TABLE, Mark, Parsed, Problem, Rejected, Severity, create_parsed_table
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.judge import Judge
from outlay.sources.fetched.protocol import Account, Connector, RawPage, Reading, Row
from outlay.sources.fetched.rows import FILE, ROW_KEY, table
from outlay.sources.fetched.spool import Facts, read_facts
from outlay.sources.files import moments
from outlay.sources.quoting import name

# Rows that are parsed together: bounds memory.
_BATCH_ROWS = 500_000
# Rows that become typed at once, of however many pages: some platforms give fifty a page.
_CHUNK_ROWS = 10_000
# What bytes can make of any parser, whatever they hold.
_UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    OSError,
    csv.Error,
    zipfile.BadZipFile,
    FetchError,
)
_AGAIN = "Nothing of it was loaded. The next run fetches it again"


@dataclass
class _Chunk:
    """Rows of one delivery that are not in PARSED_TABLE yet, with the pages they are from.

    `before`: how many rows are there already. `about`: what an error that comes now is about.
    """

    mark: Mark
    rows: list[Row] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)
    before: int = 0
    about: str = ""

    def __post_init__(self) -> None:
        self.about = self.mark.name

    def take(self, rows: Iterator[Row], file: str) -> bool:
        """Takes as many as there is room for; whether there may be more."""
        held = len(self.rows)
        self.rows += islice(rows, _CHUNK_ROWS - held)
        if len(self.rows) > held:
            self.files.append((file, len(self.rows) - held))
        return len(self.rows) == _CHUNK_ROWS

    def empty(self) -> None:
        self.before += len(self.rows)
        self.rows, self.files = [], []


@dataclass
class FetchedParser:
    """Reads a batch of one source's deliveries."""

    section: SourceSection
    company: Company
    connector: Connector
    connection: duckdb.DuckDBPyConnection
    work: Path

    def __post_init__(self) -> None:
        self.entity = ENTITIES[self.section.entity]
        self.judge = Judge(self.entity, self.connection)

    def parse(self, deliveries: Iterator[tuple[Mark, Path]]) -> list[Parsed]:
        """What the next deliveries held, as many as fit; PARSED_TABLE has the rows of those that are complete."""
        create_parsed_table(self.connection, self.entity)
        batch: list[Parsed] = []
        rows = 0
        for mark, raw in deliveries:
            parsed = Parsed(mark)
            batch.append(parsed)
            with no_collection():
                rows += self._delivery(parsed, raw)
            if not parsed.complete:
                self.connection.execute(f"delete from {PARSED_TABLE} where _delivery = {mark.delivery_no}")
            if rows >= _BATCH_ROWS:
                break
        return batch

    def _delivery(self, parsed: Parsed, raw: Path) -> int:
        reading, chunk = Reading(), _Chunk(parsed.mark)
        try:
            with zipfile.ZipFile(raw) as archive:
                facts = read_facts(archive)
                self._pages(archive, facts, chunk, reading)
            self._judge(parsed, facts)
        except SchemaError as error:
            told = f"{chunk.about}: {error}. {_AGAIN}; if it stays, the platform has changed its answer"
            self._refuse(parsed, "schema", f"{told}: adapt the connector {self.section.kind}")
        except _UNREADABLE as error:
            reason = " ".join(f"cannot be read ({type(error).__name__}: {error})".split())[:300]
            parsed.rejected.append(Rejected(chunk.about, f"the answer {reason}"))
            self._refuse(parsed, "page_readable", f"{chunk.about} {reason}. {_AGAIN}")
        self._note(parsed, reading)
        return chunk.before

    def account(self, found: Account) -> Account:
        """What the platform said of the account, where company.toml does not know better."""
        return replace(
            found,
            currency=self.section.currency or found.currency,
            time_zone=self.section.time_zone or found.time_zone,
        )

    def _pages(self, archive: zipfile.ZipFile, facts: Facts, chunk: _Chunk, reading: Reading) -> None:
        """Adds the rows of every page to PARSED_TABLE."""
        account, body = self.account(facts.account), self.work / "page"
        # One file for all pages, and never closed in between: a file of its own costs more than to parse fifty rows.
        with body.open("wb") as file:
            for page in facts.pages:
                chunk.about = name_of_page = f"{chunk.mark.name}:{page.member}"
                _unpack(archive, page.member, file)
                rows = iter(self.connector.parse(RawPage(page.request, body, page.role), account, reading))
                while chunk.take(rows, name_of_page):
                    self._add(chunk)
                    chunk.about = name_of_page
        self._add(chunk)
        chunk.about = chunk.mark.name

    def _add(self, chunk: _Chunk) -> None:
        """Adds the rows of the chunk to PARSED_TABLE and empties it."""
        if not chunk.rows:
            return
        if len(chunk.files) > 1:
            chunk.about = chunk.mark.name  # a value that does not fit may stand in any of the pages
        rows = table(chunk.rows, chunk.files, self.entity, self.section.kind, chunk.before + 1)
        columns = ", ".join(name(column) for column in self.entity.column_names)
        self.connection.register("fetched_rows", rows)
        self.connection.execute(
            f"insert into {PARSED_TABLE} select {chunk.mark.delivery_no}, 'landed', {FILE}, _row, null, null, "
            f"{ROW_KEY}, {self._account_column()}, {self._day_column()}, {columns} from fetched_rows"
        )
        self.connection.unregister("fetched_rows")
        chunk.empty()

    def _account_column(self) -> str:
        return f"coalesce({name(self.entity.account_column)}, '')" if self.entity.account_column else "'all'"

    def _day_column(self) -> str:
        if self.entity.day_column is None:
            return "null::date"
        column = name(self.entity.day_column)
        is_instant = self.entity.column(self.entity.day_column).type == "timestamp"
        return moments.day_of(column, self.company.company.time_zone) if is_instant else column

    # -- the delivery as a whole ---------------------------------------------------------------------------------

    def _judge(self, parsed: Parsed, facts: Facts) -> None:
        self.judge.quarantine(parsed.mark.delivery_no)
        if self.connector.controlled is None or facts.control is None:
            return
        wrong = self.judge.differences(parsed.mark.delivery_no, self.connector.controlled, facts.control)
        if wrong:
            message = f"{parsed.mark.name}: {self.connector.controlled} does not add up. {wrong}. {_AGAIN}"
            self._refuse(parsed, "control_total", message)
            return
        parsed.vouched = True

    def _refuse(self, parsed: Parsed, check: str, message: str) -> None:
        parsed.problems.append(self._problem(check, parsed.mark, message))
        parsed.complete = False

    def _note(self, parsed: Parsed, reading: Reading) -> None:
        for path in sorted(reading.unknown_fields):
            message = f"field {path} is new to the connector {self.section.kind}: kept in raw only"
            parsed.notes[f"field:{path}"] = self._problem("fields_known", parsed.mark, message, "warned")

    def _problem(self, check: str, mark: Mark, message: str, severity: Severity = "failed") -> Problem:
        return Problem(self.section.name, check, mark.name, message, severity, mark.sha256)


def _unpack(archive: zipfile.ZipFile, member: str, file: IO[bytes]) -> None:
    file.seek(0)
    with archive.open(member) as entry:
        shutil.copyfileobj(entry, file, 1 << 20)
    file.truncate()
    file.flush()

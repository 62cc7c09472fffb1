"""Parses fetched zips into the table of typed rows, and refuses those that cannot be believed."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES
from outlay.sources.base import PARSED_TABLE, Mark, Parsed, Problem, Rejected, Severity, create_parsed_table
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.judge import Judge
from outlay.sources.fetched.protocol import Account, Connector, RawPage, Reading
from outlay.sources.fetched.rows import ROW_KEY, tables
from outlay.sources.fetched.spool import Facts, read_facts
from outlay.sources.files import moments
from outlay.sources.files.sql import literal, name

# Rows that are parsed together: bounds memory.
_BATCH_ROWS = 500_000
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
            rows += self._delivery(parsed, raw)
            if not parsed.complete:
                self.connection.execute(f"delete from {PARSED_TABLE} where _delivery = {mark.delivery_no}")
            if rows >= _BATCH_ROWS:
                break
        return batch

    def _delivery(self, parsed: Parsed, raw: Path) -> int:
        reading, member, rows = Reading(), "", 0
        try:
            with zipfile.ZipFile(raw) as archive:
                facts = read_facts(archive)
                account = self.account(facts.account)
                for page in facts.pages:
                    member = f":{page.member}"
                    body = self._unpacked(archive, page.member)
                    raw_page = RawPage(page.request, body, page.role)
                    rows += self._page(parsed, raw_page, account, reading, page.member, rows + 1)
                    body.unlink()
            member = ""
            self._judge(parsed, facts)
        except SchemaError as error:
            told = f"{parsed.mark.name}{member}: {error}. {_AGAIN}; if it stays, the platform has changed its answer"
            self._refuse(parsed, "schema", f"{told}: adapt the connector {self.section.kind}")
        except _UNREADABLE as error:
            reason = " ".join(f"cannot be read ({type(error).__name__}: {error})".split())[:300]
            parsed.rejected.append(Rejected(f"{parsed.mark.name}{member}", f"the answer {reason}"))
            self._refuse(parsed, "page_readable", f"{parsed.mark.name}{member} {reason}. {_AGAIN}")
        self._note(parsed, reading)
        return rows

    def account(self, found: Account) -> Account:
        """What the platform said of the account, where company.toml does not know better."""
        return replace(
            found,
            currency=self.section.currency or found.currency,
            time_zone=self.section.time_zone or found.time_zone,
        )

    def _unpacked(self, archive: zipfile.ZipFile, member: str) -> Path:
        path = self.work / member
        with archive.open(member) as entry, path.open("wb") as file:
            shutil.copyfileobj(entry, file, 1 << 20)
        return path

    def _page(
        self, parsed: Parsed, page: RawPage, account: Account, reading: Reading, member: str, first_row: int
    ) -> int:
        """Adds a page's rows to PARSED_TABLE; how many they are."""
        count = 0
        rows = self.connector.parse(page, account, reading)
        columns = ", ".join(name(column) for column in self.entity.column_names)
        file = literal(f"{parsed.mark.name}:{member}")
        for table in tables(rows, self.entity, self.section.kind, first_row):
            self.connection.register("fetched_rows", table)
            self.connection.execute(
                f"insert into {PARSED_TABLE} select {parsed.mark.delivery_no}, 'landed', {file}, _row, null, null, "
                f"{ROW_KEY}, {self._account_column()}, {self._day_column()}, {columns} from fetched_rows"
            )
            self.connection.unregister("fetched_rows")
            count += table.num_rows
        return count

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

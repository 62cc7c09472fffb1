"""Lands one source: what is new is kept raw, parsed, judged, and swapped in partition by partition."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from outlay.company import SourceSection
from outlay.landing.folders import quarantine_file, raw_file
from outlay.landing.judge import fallen_row_count, nothing_to_show
from outlay.landing.manifest import Delivery, read_manifest, standing_problems
from outlay.landing.model import LandingReport, Place, Progress
from outlay.landing.offers import OfferBook
from outlay.landing.partitions import PartitionWriter
from outlay.landing.quarantine import write_delivery_quarantine
from outlay.landing.recovery import recover
from outlay.sources.base import PARSED_TABLE, Mark, Offer, Parsed, Problem, Source

# New rows that are held before their partitions are rewritten: bounds memory, and disk beyond it.
_WAITING_ROWS = 1_000_000
_MEMORY = "1GB"


@contextmanager
def working_connection(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own that spills to `work`, single-threaded so that every file comes out the same."""
    config: dict[str, Any] = {"threads": 1, "memory_limit": _MEMORY, "temp_directory": str(work / "spill")}
    with duckdb.connect(config=config) as connection:
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set TimeZone = 'UTC'")
        yield connection


class LandingRun:
    """One landing of one source. Build it and call `run` once."""

    def __init__(self, source: Source, section: SourceSection, landing: Path) -> None:
        self.source = source
        self.section = section
        self.landing = landing
        self.manifest = read_manifest(landing, source.name, source.entity.name)
        self.report = LandingReport(source.name)
        self.book = OfferBook(source, self.manifest, self.report, landing)
        self.touched: set[Place] = set()
        self.reparsed: set[int] = set()
        self.waiting_rows = 0

    def run(self, *, full: bool, progress: Progress | None) -> LandingReport:
        """Lands everything that changed; `full` parses again everything that ever was delivered."""
        self.work = self.landing / "work" / self.source.name
        shutil.rmtree(self.work, ignore_errors=True)
        (self.work / "files").mkdir(parents=True)
        try:
            with ExitStack() as self.open_things:
                self.intent = recover(self.landing, self.manifest, lambda: self.writer)
                self._land(full, progress or (lambda source, done, of: None))
                self._flush()
                self._close()
        finally:
            shutil.rmtree(self.work, ignore_errors=True)
        return self.report

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Opened for the first delivery: most sources have nothing new on most days."""
        return self.open_things.enter_context(working_connection(self.work))

    @cached_property
    def writer(self) -> PartitionWriter:
        return PartitionWriter(self.landing, self.source.entity, self.manifest, self.connection)

    def _land(self, full: bool, progress: Progress) -> None:
        offers = self.source.offers()
        self.manifest.problems = []
        self.book.forget_refused(offers)
        self._parse_all(self._outdated(full))
        self._parse_all(self._offered(offers, full, progress))
        self._parse_all(one for offer in self.book.waiting_duplicates(offers) for one in self.book.wanted(offer))
        shows_nothing = nothing_to_show(self.section, self.manifest, len(offers))
        self.manifest.problems += [asdict(shows_nothing)] if shows_nothing else []

    def _offered(self, offers: list[Offer], full: bool, progress: Progress) -> Iterator[Delivery]:
        for done, offer in enumerate(offers):
            progress(self.source.name, done, len(offers))
            yield from self.book.wanted(offer, look_again=full)
        progress(self.source.name, len(offers), len(offers))

    def _outdated(self, full: bool) -> Iterator[Delivery]:
        """Landed deliveries that were parsed under other settings: their kept bytes are parsed again."""
        forced = self.intent.deliveries
        again = [
            one
            for one in self.manifest.landed()
            if full or one.settings != self.source.settings or one.delivery_no in forced
        ]
        if again:
            self.intent.announce(set(), {one.delivery_no for one in again})
        yield from again

    # -- deliveries ----------------------------------------------------------------------------------------------

    def _parse_all(self, deliveries: Iterator[Delivery]) -> None:
        taken: dict[int, Delivery] = {}
        first = next(deliveries, None)
        if first is None:
            return

        def marks() -> Iterator[tuple[Mark, Path]]:
            for delivery in chain([first], deliveries):
                taken[delivery.delivery_no] = delivery
                raw = raw_file(self.landing, self.source.name, delivery.sha256, delivery.file)
                yield Mark(delivery.file, delivery.sha256, delivery.delivery_no), raw

        waiting = marks()
        while batch := self.source.parse(waiting, self.connection, self.work / "files"):
            self._settle_batch([(taken.pop(parsed.mark.delivery_no), parsed) for parsed in batch])

    def _settle_batch(self, batch: list[tuple[Delivery, Parsed]]) -> None:
        """Takes the parsed deliveries over in their order, or refuses them, then the rows of all in one piece."""
        self._end_replaced()
        counts, spans, days = self._counted()
        for delivery, parsed in batch:
            self.report.files_read += 1
            number = delivery.delivery_no
            again = delivery.state == "landed"
            if again and not parsed.complete:
                self.manifest.problems += [asdict(problem) for problem in parsed.problems]
                continue
            if again:
                self.touched |= {place for place in self.manifest.partitions if delivery.covers(place)}
                self.reparsed.add(number)
            delivery.count(counts.get(number, {}), spans.get(number, {}), days.get(number, 0))
            self._judge_row_count(delivery, parsed, again)
            self._settle(delivery, parsed)
        self._end_replaced()
        found = self.connection.execute(
            f"select distinct _account, _day from {PARSED_TABLE} where _state = 'landed'"
        ).fetchall()
        self.touched |= set(found)
        self.waiting_rows += self.writer.add()
        if self.waiting_rows >= _WAITING_ROWS:
            self._flush()

    def _counted(self) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, list[str | None]]], dict[int, int]]:
        """For each delivery in PARSED_TABLE: rows by state, landed days by account, how many days."""
        counts: dict[int, dict[str, int]] = {}
        rows = self.connection.execute(f"select _delivery, _state, count(*) from {PARSED_TABLE} group by all")
        for number, state, count in rows.fetchall():
            counts.setdefault(number, {})[state] = count
        spans: dict[int, dict[str, list[str | None]]] = {}
        landed = f"from {PARSED_TABLE} where _state = 'landed'"
        query = f"select _delivery, _account, min(_day)::varchar, max(_day)::varchar {landed} group by all order by all"
        for number, account, first, last in self.connection.execute(query).fetchall():
            spans.setdefault(number, {})[account] = [first, last]
        days = self.connection.execute(f"select _delivery, count(distinct _day) {landed} group by all").fetchall()
        return counts, spans, dict(days)

    def _judge_row_count(self, delivery: Delivery, parsed: Parsed, again: bool) -> None:
        if again or parsed.vouched or not parsed.complete:
            return
        fallen = fallen_row_count(self.section, self.manifest, delivery, self.source.entity.is_dated)
        if fallen:
            parsed.problems.append(fallen)
            parsed.complete = False
            self.connection.execute(f"delete from {PARSED_TABLE} where _delivery = {delivery.delivery_no}")

    def _settle(self, delivery: Delivery, parsed: Parsed) -> None:
        number = delivery.delivery_no
        self._say_notes(parsed)
        write_delivery_quarantine(self.landing, self.source.name, number, self.connection, parsed.rejected)
        delivery.settings = self.source.settings
        delivery.problems = [asdict(problem) for problem in parsed.problems]
        if not parsed.complete:
            self.report.files_refused += 1
            return
        if not delivery.rows_landed and delivery.rows_read:
            message = f"{delivery.file}: none of its {delivery.rows_read:,} rows can be used; see quarantined_rows"
            problem = Problem(self.source.name, "rows_usable", delivery.file, message, "warned", delivery.sha256)
            self.report.problems.append(problem)
        self.report.problems += parsed.problems
        if delivery.state != "landed":
            self._end(delivery.file, number)
            delivery.state = "landed"
        self.report.add(delivery)

    def _end_replaced(self) -> None:
        """Ends the rows of names that by now hold the bytes of another name."""
        for file, by in self.book.ended:
            self._end(file, by)
        self.book.ended.clear()

    def _end(self, file: str, by: int) -> None:
        """The rows that stand under this name are to go: delivery `by` has what takes their place."""
        old = self.manifest.standing_of(file)
        if old is None:
            return
        old.state = "superseded"
        old.superseded_by = by
        self.touched |= {place for place in self.manifest.partitions if old.covers(place)}
        self.book.obsolete.append(quarantine_file(self.landing, self.source.name, old.delivery_no))

    def _flush(self) -> None:
        """Rewrites every touched partition."""
        self._end_replaced()
        if not self.touched:
            return
        self.intent.announce(self.touched, self.reparsed)
        keep = [one.delivery_no for one in self.manifest.landed() if one.delivery_no not in self.reparsed]
        self.writer.rewrite(self.touched, keep)
        self.touched, self.reparsed, self.waiting_rows = set(), set(), 0

    # -- the source as a whole -----------------------------------------------------------------------------------

    def _say_notes(self, parsed: Parsed) -> None:
        """Says the notes that were not said before, those of one check in one sentence."""
        fresh = {key: note for key, note in parsed.notes.items() if key not in self.manifest.said}
        self.manifest.said += fresh
        by_check: dict[str, list[Problem]] = {}
        for note in fresh.values():
            by_check.setdefault(note.check, []).append(note)
        for check, notes in by_check.items():
            message = f"{parsed.mark.name}: " + "; ".join(note.message for note in notes)
            problem = Problem(self.source.name, check, parsed.mark.name, message, "warned", parsed.mark.sha256)
            self.report.problems.append(problem)

    def _forget_replaced(self) -> None:
        """What could not be parsed anew is of no account once newer bytes stand in its place."""
        gone = {one.sha256 for one in self.manifest.deliveries if one.state == "superseded"}
        self.manifest.problems = [one for one in self.manifest.problems if one["fingerprint"] not in gone]

    def _close(self) -> None:
        """Writes the manifest, then removes what it no longer speaks of."""
        if "writer" in vars(self):
            self.report.changed = self.writer.changed()
            self.report.removed = [one for one in self.report.changed if not one.rows]
            self.report.previous = {place: was.total if was else None for place, was in self.writer.before.items()}
        self._forget_replaced()
        self.manifest.news = [asdict(problem) for problem in self.report.problems]
        self.report.problems += standing_problems(self.manifest)
        self.manifest.write(self.landing)
        self.intent.done()
        for path in self.book.obsolete:
            path.unlink(missing_ok=True)

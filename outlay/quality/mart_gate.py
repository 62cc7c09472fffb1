"""The gate before publishing: judges the candidate's own files, the very bytes that readers would open."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb

from outlay.quality.expectations import Validator, frame_from
from outlay.quality.mart_sentences import SENTENCES, SUMS_TO_CONVERSIONS, Sentence
from outlay.quality.mart_sql import findings_by_sql, quoted, select
from outlay.quality.mart_suite import (
    LEAST_ROWS,
    LEAST_SHARE,
    MAX_FRAME_ROWS,
    TABLES,
    UNCOUNTED_TABLES,
    MartTable,
    marts_version,
)
from outlay.quality.rules import unique
from outlay.quality.verdict_store import VerdictStore
from outlay.quality.verdicts import (
    ERROR,
    FAILED,
    MARTS,
    MAX_FAILING_ROWS,
    PASSED,
    SUITE_CHECK,
    WARNED,
    GateResult,
    Verdict,
    count_verdicts,
    worst,
)

SUBJECT = "candidate"
VOLUME_CHECK = "volume_of_table"


class TableFacts(Protocol):
    """What a version's manifest says of one table."""

    @property
    def rows(self) -> int: ...
    @property
    def primary_key(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> Mapping[str, str]: ...


class VersionFacts(Protocol):
    """What the gate needs of a candidate or of a published version."""

    @property
    def version(self) -> str: ...
    @property
    def as_of(self) -> date: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def database(self) -> Path: ...
    @property
    def parquet(self) -> Path: ...
    @property
    def tables(self) -> Mapping[str, TableFacts]: ...


def gate_marts(
    candidate: VersionFacts,
    store: VerdictStore,
    *,
    run_key: str,
    previous: VersionFacts | None,
    landed_rows: Mapping[str, int] | None = None,
    conversions: Path | None = None,
    memory_limit: str = "1500MB",
) -> GateResult:
    """Judge `candidate` and record the verdicts under `run_key`, each for the candidate's fingerprint.

    `previous`: the published version it would follow, None for the first. `landed_rows`: entity -> rows landed; tables
    fed by an entity with rows must not be empty (None: every such table). `conversions`: a Parquet file of
    conversion_id, revenue_amount to which the credits of every model must sum, 0 cents apart.
    A candidate that was accepted under this very suite is only compared with `previous` again.
    """
    version = marts_version()
    gate = _Gate(candidate, version, landed_rows)
    remembered = [v for v in store.latest_for(candidate.fingerprint, MARTS) if v.suite_version == version]
    known = {v.check_name: v for v in remembered}
    was_asked = conversions is None or SUMS_TO_CONVERSIONS.name in known
    if SUITE_CHECK in known and known[SUITE_CHECK].is_accepted and was_asked:
        gate.verdicts = [v for v in remembered if v.check_name not in (SUITE_CHECK, VOLUME_CHECK)]
    else:
        gate.check_all(conversions, memory_limit)
    gate.check_volumes(previous)
    counts = count_verdicts(gate.verdicts)
    gate.give(
        SUITE_CHECK,
        SUBJECT,
        worst(v.verdict for v in gate.verdicts),
        f"{counts[PASSED]} checks passed, {counts[WARNED]} warned, {counts[FAILED]} failed",
        "no check fails",
    )
    store.record(run_key, gate.verdicts)
    return GateResult(tuple(gate.verdicts[:-1]), gate.verdicts[-1])


class _Gate:
    """The checks of one candidate."""

    def __init__(self, candidate: VersionFacts, version: str, landed_rows: Mapping[str, int] | None) -> None:
        self.candidate = candidate
        self.version = version
        self.landed_rows = landed_rows
        self.verdicts: list[Verdict] = []

    def check_all(self, conversions: Path | None, memory_limit: str) -> None:
        """Every table by its rules, then the sentences over several tables."""
        with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
            connection.execute(f"set temp_directory = '{spill}'; set memory_limit = '{memory_limit}'")
            connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            unreadable = self._open_tables(connection)
            validator = Validator()
            for table in TABLES:
                if table.name not in self.candidate.tables:
                    self.give("exists", table.name, ERROR, "the candidate has no such table", "the table is published")
                elif table.name not in unreadable:
                    self._check_table(connection, validator, table)
            for sentence in SENTENCES:
                self._check_sentence(connection, sentence)
            if conversions is not None:
                connection.execute(f"create view conversions_given as from read_parquet('{quoted(conversions)}')")
                self._check_sentence(connection, SUMS_TO_CONVERSIONS)

    def _open_tables(self, connection: duckdb.DuckDBPyConnection) -> set[str]:
        """A view a table over its Parquet file. Both published forms must hold the rows that the manifest states."""
        unreadable = set()
        try:
            connection.execute(f"attach '{quoted(self.candidate.database)}' as published (read_only)")
        except duckdb.Error as error:
            self.give("readable", SUBJECT, ERROR, str(error).splitlines()[0], "the database can be opened")
            return set(self.candidate.tables)
        for name, facts in self.candidate.tables.items():
            file = quoted(self.candidate.parquet / f"{name}.parquet")
            try:
                connection.execute(f"create view {name} as from read_parquet('{file}')")
                found = connection.execute(
                    f"select (select count(*) from {name}), (select count(*) from published.marts.{name})"
                ).fetchone()
            except duckdb.Error as error:
                unreadable.add(name)
                self.give("readable", name, ERROR, str(error).splitlines()[0], "both files can be read")
                continue
            outcome = PASSED if found == (facts.rows, facts.rows) else ERROR
            observed = f"{found[0]} rows in Parquet, {found[1]} in the database" if found else "no answer"
            self.give("readable", name, outcome, observed, f"{facts.rows} rows in both")
        return unreadable

    def _check_table(self, connection: duckdb.DuckDBPyConnection, validator: Validator, table: MartTable) -> None:
        facts = self.candidate.tables[table.name]
        rules = [*table.rules, *([unique(*facts.primary_key)] if facts.primary_key else [])]
        for rule in [rule for rule in rules if not set(rule.columns) <= set(facts.columns)]:
            absent = ", ".join(column for column in rule.columns if column not in facts.columns)
            self.give(rule.name, table.name, ERROR, f"there is no column {absent}", rule.expected)
            rules.remove(rule)
        least = 1 if table.fed_by and self._is_fed(table) else 0
        if facts.rows <= MAX_FRAME_ROWS:
            columns = dict.fromkeys([*facts.primary_key, *(c for rule in rules for c in rule.columns)])
            selected = ", ".join(f'"{column}"' for column in columns)
            frame = frame_from(connection, f"select {selected} from {table.name}", {}, facts.primary_key)
            findings = validator.validate(frame, rules, rows=(least, None))
        else:
            findings = findings_by_sql(
                connection, table.name, rules, rows=facts.rows, least_rows=least, primary_key=facts.primary_key
            )
        for finding in findings:
            rows = [{**row, "reason": f"expected {finding.expected}"} for row in finding.failing]
            outcome = finding.outcome
            if outcome == FAILED and finding.rule is not None and finding.rule.severity == "warn":
                outcome = WARNED
            self.give(finding.check, table.name, outcome, finding.observed, finding.expected, rows)

    def _is_fed(self, table: MartTable) -> bool:
        return self.landed_rows is None or any(self.landed_rows.get(entity, 0) > 0 for entity in table.fed_by)

    def _check_sentence(self, connection: duckdb.DuckDBPyConnection, sentence: Sentence) -> None:
        subject = ", ".join(sentence.tables)
        try:
            rows = select(connection, f"from ({sentence.failing}) order by all limit {MAX_FAILING_ROWS}")
            count = len(rows)
            if count == MAX_FAILING_ROWS:
                count = select(connection, f"select count(*) as n from ({sentence.failing})")[0]["n"]
        except duckdb.Error as error:
            self.give(sentence.name, subject, ERROR, str(error).splitlines()[0], sentence.expected)
            return
        observed = f"{count} contradictions" if count else "no contradiction"
        rows = [{**row, "reason": f"expected {sentence.expected}"} for row in rows]
        self.give(sentence.name, subject, FAILED if count else PASSED, observed, sentence.expected, rows)

    def check_volumes(self, previous: VersionFacts | None) -> None:
        """A table that lost 90 % of its rows. A run for an earlier day than the published one may: it is warned."""
        for name, facts in self.candidate.tables.items():
            before = previous.tables[name].rows if previous is not None and name in previous.tables else 0
            if name in UNCOUNTED_TABLES:
                continue
            has_fallen = before >= LEAST_ROWS and facts.rows <= before * LEAST_SHARE
            is_earlier = previous is not None and self.candidate.as_of < previous.as_of
            outcome = (WARNED if is_earlier else FAILED) if has_fallen else PASSED
            expected = f"more than 10 % of the {before} rows published before" if before >= LEAST_ROWS else ""
            self.give(VOLUME_CHECK, name, outcome, f"{facts.rows} rows", expected)

    def give(
        self, check: str, subject: str, outcome: str, observed: str, expected: str, rows: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Add one verdict for the candidate's fingerprint."""
        fingerprint = self.candidate.fingerprint
        self.verdicts.append(
            Verdict(MARTS, check, subject, outcome, observed, expected, fingerprint, self.version, tuple(rows))
        )

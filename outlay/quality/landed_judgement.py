"""Judging landed partitions: measured by SQL, validated by Great Expectations, compared with what there used to be.

One validation a source, not a partition: the verdict of a partition follows from the rows that broke the suite.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import duckdb

from outlay.entities import ENTITIES
from outlay.landing import Partition, partition_path
from outlay.quality import landed_frames as frames
from outlay.quality.expectations import Finding, Validator
from outlay.quality.landed_explain import explain
from outlay.quality.landed_suite import CONTROL_RULES, MAX_FRAME_ROWS, row_rules
from outlay.quality.verdict_store import VerdictStore
from outlay.quality.verdicts import (
    ERROR,
    FAILED,
    LANDED,
    MAX_FAILING_ROWS,
    PASSED,
    SUITE_CHECK,
    WARNED,
    LandedPartition,
    Verdict,
    landed_fingerprint,
    partition_subject,
    worst,
)
from outlay.quality.volume import VolumeFinding, volume_findings

MEMORY_LIMIT = "1500MB"


@dataclass
class _Tally:
    """What was found about one partition so far."""

    control: frames.Control
    verdict: str = PASSED
    rows: list[dict[str, Any]] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)

    def add(self, verdict: str, check: str, rows: Iterable[dict[str, Any]]) -> None:
        self.verdict = worst((self.verdict, verdict))
        self.checks.append(check)
        self.rows.extend(rows)


class Judgement:
    """One pass over the partitions that need a verdict."""

    def __init__(self, landing: Path, store: VerdictStore, version: str, volumes_accepted: Collection[str]) -> None:
        self.landing = landing
        self.volumes_accepted = volumes_accepted
        self.store = store
        self.version = version
        self.tallies: dict[str, _Tally] = {}
        self.verdicts: list[Verdict] = []
        self.by_source: dict[str, list[LandedPartition]] = {}

    def judge(self, pending: Sequence[LandedPartition]) -> list[Verdict]:
        """The verdicts per source and check, then one per partition."""
        for partition in sorted(pending, key=partition_subject):
            self.by_source.setdefault(partition.source, []).append(partition)
        with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
            connection.execute(f"set temp_directory = '{spill}'; set memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("set enable_progress_bar = false")
            # The order of files and rows is stated where it matters; keeping it elsewhere costs memory.
            connection.execute("set preserve_insertion_order = false")
            validator = Validator()
            for source, partitions in self.by_source.items():
                try:
                    self._measure(connection, validator, source, partitions)
                except duckdb.Error as error:
                    self._unreadable(source, partitions, error)
            self._validate_controls(connection, validator)
        self._compare_volumes()
        self._judge_partitions()
        return self.verdicts

    def _file(self, partition: LandedPartition) -> Path:
        return partition_path(self.landing, cast(Partition, partition))  # it reads no more than the protocol has

    def _measure(
        self,
        connection: duckdb.DuckDBPyConnection,
        validator: Validator,
        source: str,
        partitions: Sequence[LandedPartition],
    ) -> None:
        """Measure the partitions of a source and, where its rows are few enough, look at them one by one."""
        rows = sum(p.rows for p in partitions)
        is_small = rows <= MAX_FRAME_ROWS
        for control in frames.measure(connection, partitions, self._file, is_small=is_small):
            self.tallies[partition_subject(control.partition)] = _Tally(control)
        if is_small and rows and row_rules(partitions[0].entity):
            self._validate_rows(connection, validator, source)

    def _validate_controls(self, connection: duckdb.DuckDBPyConnection, validator: Validator) -> None:
        """The control rows of all sources at once."""
        if not self.tallies:
            return
        control = frames.control_frame([tally.control for tally in self.tallies.values()])
        for finding in validator.validate(control, CONTROL_RULES, rows=(len(self.tallies), len(self.tallies))):
            self._take_control_finding(connection, finding)

    def _take_control_finding(self, connection: duckdb.DuckDBPyConnection, finding: Finding) -> None:
        broken = {row["subject"] for row in finding.failing}
        # A finding without rows (it raised, or counted the frame) is about every partition.
        is_about_all = finding.outcome != PASSED and not broken
        for source, partitions in self.by_source.items():
            judged = [subject for subject in map(partition_subject, partitions) if subject in self.tallies]
            hit = [subject for subject in judged if is_about_all or subject in broken]
            outcome = _outcome(finding) if hit else PASSED
            rows: list[dict[str, Any]] = []
            for subject in hit:
                found: list[dict[str, Any]] = []
                if broken and len(rows) < MAX_FAILING_ROWS:  # beyond, nobody would see what another query finds
                    found = explain(connection, finding, self.tallies[subject].control, self._file)
                found = found or [{"partition": subject, "reason": f"expected {finding.expected}"}]
                self.tallies[subject].add(outcome, finding.check, found)
                rows += found
            if judged:
                observed = finding.observed if is_about_all else f"{len(hit)} of {len(judged)} partitions break it"
                self._add(finding.check, source, outcome, observed, finding.expected, rows)

    def _validate_rows(self, connection: duckdb.DuckDBPyConnection, validator: Validator, source: str) -> None:
        partitions = self.by_source[source]
        subjects = {str(self._file(p)): partition_subject(p) for p in partitions}
        live = sum(self.tallies[subject].control.live_rows for subject in subjects.values())
        frame = frames.row_frame(connection, ENTITIES[partitions[0].entity])
        for finding in validator.validate(frame, row_rules(partitions[0].entity), rows=(live, live)):
            outcome = _outcome(finding)
            by_partition: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for row in finding.failing:
                subject = subjects[row.pop("partition_file")]
                by_partition[subject].append({**row, "reason": f"expected {finding.expected}"})
            if outcome != PASSED and not by_partition:
                by_partition = defaultdict(list, {s: [{"reason": finding.observed}] for s in subjects.values()})
            for subject, rows in by_partition.items():
                self.tallies[subject].add(outcome, finding.check, rows)
            rows = [row for rows in by_partition.values() for row in rows]
            self._add(f"rows.{finding.check}", source, outcome, finding.observed, finding.expected, rows)

    def _compare_volumes(self) -> None:
        controls = [tally.control for tally in self.tallies.values()]
        live = {frames.key_of(c.partition): c.live_rows for c in controls}
        covered = {frames.key_of(c.partition): c.covered_share for c in controls}
        for finding in volume_findings(live, self.store.remembered_rows(LANDED), covered):
            self._take_volume_finding(finding)

    def _take_volume_finding(self, finding: VolumeFinding) -> None:
        where = "/".join(str(part) for part in (finding.source, finding.account, finding.day) if part)
        outcome = WARNED if finding.source in self.volumes_accepted else finding.verdict
        reason = f"{finding.observed}, expected {finding.expected}"
        if outcome == FAILED:
            reason += f"; if the delivery is right, state its sha256 in accept under [sources.{finding.source}]"
        row = {"partition": where, "reason": reason}
        for tally in self.tallies.values():
            if finding.concerns(frames.key_of(tally.control.partition)):
                tally.add(outcome, finding.check, [row])
        self._add(finding.check, where, outcome, finding.observed, finding.expected, [row])

    def _unreadable(self, source: str, partitions: Sequence[LandedPartition], error: duckdb.Error) -> None:
        """No partition of a source whose files cannot be read has been judged: each is an error."""
        reason = str(error).splitlines()[0]
        rows = [{"reason": reason}]
        self._add("readable", source, ERROR, reason, "every landed file can be read", rows)
        for partition in partitions:
            subject = partition_subject(partition)
            self.tallies.pop(subject, None)  # what was found before the reading broke off is no judgement
            self._give(SUITE_CHECK, subject, ERROR, reason, "a readable file", partition.fingerprint, rows)

    def _judge_partitions(self) -> None:
        """One verdict a partition: the worst of all that was found about it."""
        for subject, tally in sorted(self.tallies.items()):
            control = tally.control
            superseded = control.delivered_rows - control.live_rows
            observed = f"{control.live_rows} rows, {superseded} superseded, total {control.total}"
            if tally.checks:
                observed += f"; {', '.join(dict.fromkeys(tally.checks))}"
            fingerprint = control.partition.fingerprint
            self._give(
                SUITE_CHECK, subject, tally.verdict, observed, "no check fails", fingerprint, tally.rows,
                live_rows=control.live_rows,
            )  # fmt: skip

    def _add(
        self, check: str, subject: str, outcome: str, observed: str, expected: str, rows: Sequence[dict[str, Any]]
    ) -> None:
        """A verdict on a source, for all of its partitions that are judged now."""
        judged = self.by_source[subject.split("/", 1)[0]]
        self._give(check, subject, outcome, observed, expected, landed_fingerprint(judged), rows)

    def _give(
        self,
        check: str,
        subject: str,
        outcome: str,
        observed: str,
        expected: str,
        fingerprint: str,
        rows: Sequence[dict[str, Any]],
        live_rows: int | None = None,
    ) -> None:
        self.verdicts.append(
            Verdict(
                LANDED, check, subject, outcome, observed, expected, fingerprint, self.version, tuple(rows), live_rows
            )
        )


def _outcome(finding: Finding) -> str:
    """The verdict word of a finding: a rule that only warns never fails, a check that raised is an error."""
    if finding.outcome == FAILED and finding.rule is not None and finding.rule.severity == "warn":
        return WARNED
    return finding.outcome

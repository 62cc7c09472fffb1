"""The verdict: what a gate found about exactly one content, and the words shared by all gates.

A verdict belongs to a fingerprint and to the version of the suite that gave it. Nobody may reuse it for other data or
under other rules, and where there is none, the answer is no.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

LANDED = "landed"
MARTS = "marts"

# The check that sums up all others of its suite for one fingerprint. Only it says that the suite ran to its end.
SUITE_CHECK = "suite"

PASSED, WARNED, FAILED, ERROR = "passed", "warned", "failed", "error"
_ORDER = {PASSED: 0, WARNED: 1, FAILED: 2, ERROR: 3}
ACCEPTED = frozenset({PASSED, WARNED})

MAX_FAILING_ROWS = 20


class LandedPartition(Protocol):
    """What the gates need to know of one landed partition; `day` is None for a snapshot, `rows` counts all versions."""

    @property
    def source(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def day(self) -> date | None: ...
    @property
    def rows(self) -> int: ...
    @property
    def control_total(self) -> Decimal | None: ...
    @property
    def fingerprint(self) -> str: ...


class LandingProblem(Protocol):
    """Something landing could not take; a `severity` of `warned` lets the rest pass, any other blocks."""

    @property
    def source(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def file(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def fingerprint(self) -> str | None: ...


@dataclass(frozen=True)
class Verdict:
    """One check on one subject.

    `subject` is a table, a source, or `source/account/day` of a landed partition. `failing_rows` holds at most
    MAX_FAILING_ROWS dicts of keys and a `reason`, never whole rows. `live_rows` is how many current rows the judged
    partition held: the memory of the volume rules.
    """

    suite: str
    check_name: str
    subject: str
    verdict: str
    observed: str
    expected: str
    fingerprint: str
    suite_version: str
    failing_rows: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    live_rows: int | None = None

    def __post_init__(self) -> None:
        if self.verdict not in _ORDER:
            raise ValueError(f"verdict {self.verdict!r}: expected one of {', '.join(_ORDER)}")
        rows = tuple({key: plain(value) for key, value in row.items()} for row in self.failing_rows[:MAX_FAILING_ROWS])
        object.__setattr__(self, "failing_rows", rows)

    @property
    def is_accepted(self) -> bool:
        return self.verdict in ACCEPTED

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types; fields without content are left out."""
        return {key: value for key, value in vars(self).items() if value is not None and value != ()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Verdict:
        """The inverse of `as_json`; TypeError when fields are missing or unknown."""
        return cls(**{**document, "failing_rows": tuple(document.get("failing_rows", ()))})

    def describe(self) -> str:
        """One line for people: what failed, what was seen, what was expected, and the first failing keys."""
        line = f"{self.verdict}: {self.suite}/{self.check_name} on {self.subject}: {self.observed}"
        if self.expected:
            line += f" (expected {self.expected})"
        if self.failing_rows:
            shown = "; ".join(", ".join(f"{k}={v}" for k, v in row.items()) for row in self.failing_rows[:3])
            line += f" [{shown}{'; …' if len(self.failing_rows) > 3 else ''}]"
        return line


@dataclass(frozen=True)
class Requirement:
    """A verdict that must exist before something may be published. `what` is a phrase for people."""

    suite: str
    suite_version: str
    fingerprint: str
    what: str


@dataclass(frozen=True)
class Missing:
    """A required verdict that nobody gave."""

    suite: str
    fingerprint: str
    reason: str

    def describe(self) -> str:
        return f"missing: {self.suite} verdict for {self.fingerprint[:12]}: {self.reason}"


@dataclass(frozen=True)
class GateResult:
    """What a gate said: the verdicts given now, and the verdict that sums up everything it is responsible for."""

    verdicts: tuple[Verdict, ...]
    overall: Verdict

    @property
    def is_passed(self) -> bool:
        return self.overall.is_accepted

    @property
    def failures(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.is_accepted)


def worst(verdicts: Iterable[str]) -> str:
    """The most serious of some verdict words; `passed` where there is none."""
    return max(verdicts, key=_ORDER.__getitem__, default=PASSED)


def count_verdicts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """`{passed, failed, warned}`: an error counts as failed, for it blocks alike."""
    counts = {PASSED: 0, FAILED: 0, WARNED: 0}
    for verdict in verdicts:
        counts[FAILED if verdict.verdict == ERROR else verdict.verdict] += 1
    return counts


def problem_verdicts(problems: Iterable[LandingProblem], suite_version: str) -> list[Verdict]:
    """What landing could not take, as verdicts that name the file. Only what says that it warns does not block."""
    return [
        Verdict(
            suite=LANDED,
            check_name=problem.check,
            subject=problem.source,
            verdict=WARNED if problem.severity in ("warned", "warning") else FAILED,
            observed=problem.message,
            expected="",
            fingerprint=problem.fingerprint or fingerprint_of(problem.source, problem.check, problem.message),
            suite_version=suite_version,
            failing_rows=({"file": problem.file or problem.source, "reason": problem.message},),
        )
        for problem in problems
    ]


def partition_subject(partition: LandedPartition) -> str:
    """`source/account/day`, the day left out for a snapshot."""
    parts = (partition.source, partition.account, partition.day.isoformat() if partition.day else "")
    return "/".join(part for part in parts if part)


def fingerprint_of(*parts: object) -> str:
    """A SHA-256 over plain values, for what has no bytes of its own."""
    return hashlib.sha256(json.dumps(parts, default=str, ensure_ascii=False).encode()).hexdigest()


def landed_fingerprint(partitions: Sequence[LandedPartition]) -> str:
    """One fingerprint for a set of landed partitions, whatever their order."""
    return fingerprint_of(sorted((partition_subject(p), p.entity, p.fingerprint) for p in partitions))


def rows_landed(partitions: Iterable[LandedPartition], as_of: date) -> dict[str, int]:
    """Entity -> rows that a build as of `as_of` reads; entities without a row are left out."""
    rows: dict[str, int] = {}
    for partition in partitions:
        if partition.rows and (partition.day is None or partition.day <= as_of):
            rows[partition.entity] = rows.get(partition.entity, 0) + partition.rows
    return rows


def plain(value: Any) -> Any:
    """A value as JSON can hold it: numpy scalars and Decimals turned, dates as ISO text, NaN as None."""
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()  # numpy scalars are not JSON
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = str(value)
    return None if text in ("nan", "NaN", "NaT", "<NA>", "None") else text

"""The history of verdicts: append-only, one file a recording, read back by whoever has to decide.

A recording is a file of JSON lines that appears whole or not at all. Deciding must not cost the whole history: every
so often what is still in force is written down beside it, and read instead of the recordings before. What that
leaves out (verdicts on data that was replaced since) is judged again should the data ever come back.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from outlay.durable import PARTIAL, write_durably
from outlay.quality.verdicts import SUITE_CHECK, Missing, Requirement, Verdict

SUFFIX = ".jsonl"
CONDENSED = ".condensed"
CONDENSE_EVERY = 50  # recordings
_KEY = ("suite", "check_name", "subject", "fingerprint")
PARQUET_COLUMNS = (
    "suite", "check_name", "subject", "verdict", "observed", "expected", "fingerprint", "suite_version", "failing_rows",
)  # fmt: skip


class VerdictStoreError(Exception):
    """The history cannot be read; the message names the file and what to do."""


class VerdictStore:
    """The verdicts under one folder (`<data>/verdicts`). One writer at a time, any number of readers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def record(self, run_key: str, verdicts: Sequence[Verdict]) -> Path | None:
        """Append `verdicts` under `run_key` as one new file; nothing is written for an empty list."""
        if not verdicts:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max((_number(name) for name in self._names(SUFFIX)), default=0) + 1
        safe_key = re.sub(r"[^A-Za-z0-9_.]", "_", run_key) or "run"
        path = self.folder / f"{number:08d}-{safe_key}{SUFFIX}"
        write_durably(path, _lines(verdicts))
        if number % CONDENSE_EVERY == 0:
            write_durably(self.folder / f"{number:08d}{CONDENSED}", _lines(condense(self._in_force())))
        return path

    def recordings(self) -> list[tuple[str, tuple[Verdict, ...]]]:
        """The whole history: `(run key, verdicts)` of every recording, oldest first.

        VerdictStoreError when one cannot be read.
        """
        return [(_run_key(name), _read(self.folder / name)) for name in self._names(SUFFIX)]

    def latest(self) -> list[Verdict]:
        """The verdicts in force, by suite, check, subject and fingerprint; VerdictStoreError as above."""
        newest = {_key(verdict): verdict for verdict in self._in_force()}
        return [newest[key] for key in sorted(newest)]

    def latest_for(self, fingerprint: str, suite: str) -> list[Verdict]:
        """What `suite` last said of `fingerprint`, check by check; empty when it was never asked."""
        return [v for v in self.latest() if v.fingerprint == fingerprint and v.suite == suite]

    def last_run(self) -> tuple[str, list[Verdict]] | None:
        """The key of the most recent run and the verdicts it gave; None before the first.

        A run that is repeated goes on where it stopped: of what a suite said before it was asked again, that stays
        which let data through and about which it had nothing new to say.
        """
        names = self._names(SUFFIX)
        if not names:
            return None
        run_key = _run_key(names[-1])
        kept: dict[tuple[str, ...], Verdict] = {}
        asked: set[str] = set()
        told: set[tuple[str, ...]] = set()
        for name in itertools.takewhile(lambda name: _run_key(name) == run_key, reversed(names)):
            verdicts = _read(self.folder / name)
            for verdict in verdicts:
                is_news = verdict.suite not in asked
                if is_news or (verdict.is_accepted and _subject(verdict) not in told):
                    kept.setdefault(_key(verdict), verdict)
            asked |= {verdict.suite for verdict in verdicts}
            told |= {_subject(verdict) for verdict in verdicts}
        return run_key, [kept[key] for key in sorted(kept)]

    def last_failures(self) -> tuple[str, list[Verdict]] | None:
        """The key of the most recent run and what it failed at; None where each suite, when it was last asked in that
        run, let everything through: a run that was mended and repeated has not failed."""
        names = self._names(SUFFIX)
        failed: list[Verdict] = []
        asked: set[str] = set()
        for name in itertools.takewhile(lambda name: _run_key(name) == _run_key(names[-1]), reversed(names)):
            verdicts = _read(self.folder / name)
            failed += [verdict for verdict in verdicts if not verdict.is_accepted and verdict.suite not in asked]
            asked |= {verdict.suite for verdict in verdicts}
        return (_run_key(names[-1]), failed) if failed else None

    def blocking(self, requirements: Iterable[Requirement]) -> list[Verdict | Missing]:
        """What stands against the requirements; empty means free. A verdict of another suite version is no verdict."""
        by_subject: dict[tuple[str, str], list[Verdict]] = {}
        for verdict in self.latest():
            by_subject.setdefault((verdict.suite, verdict.fingerprint), []).append(verdict)
        blockers: list[Verdict | Missing] = []
        for need in requirements:
            given = by_subject.get((need.suite, need.fingerprint), [])
            valid = [verdict for verdict in given if verdict.suite_version == need.suite_version]
            if not any(verdict.check_name == SUITE_CHECK for verdict in valid):
                reason = f"no verdict on {need.what}; run the gate"
                if given:
                    reason = f"{need.what} was judged by another version of the suite; run the gate again"
                blockers.append(Missing(need.suite, need.fingerprint, reason))
            blockers.extend(verdict for verdict in valid if not verdict.is_accepted)
        return blockers

    def accepted_partitions(self, suite: str, suite_version: str) -> dict[tuple[str, str], Verdict]:
        """`(subject, fingerprint)` -> verdict of every content that `suite` in this version let through."""
        return {
            (v.subject, v.fingerprint): v
            for v in self.latest()
            if v.suite == suite and v.suite_version == suite_version and v.check_name == SUITE_CHECK and v.is_accepted
        }

    def remembered_rows(self, suite: str) -> dict[tuple[str, str, date | None], int]:
        """`(source, account, day)` -> current rows of the partition when it was last let through."""
        return {
            split_subject(verdict.subject): verdict.live_rows
            for verdict in self._in_force()
            if verdict.suite == suite and verdict.live_rows is not None and verdict.is_accepted
        }

    def _in_force(self) -> list[Verdict]:
        """Oldest first: what was condensed last, then every recording after it."""
        condensed: tuple[Verdict, ...] = ()
        after = 0
        for name in reversed(self._names(CONDENSED)):
            try:
                condensed, after = _read(self.folder / name), _number(name)
                break
            except VerdictStoreError:
                continue  # it only repeats the recordings, which are then read instead
        recordings = [_read(self.folder / name) for name in self._names(SUFFIX) if _number(name) > after]
        return [verdict for verdicts in (condensed, *recordings) for verdict in verdicts]

    def _names(self, suffix: str) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.name.endswith(suffix))


def condense(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What is still in force of `verdicts` (oldest first): per suite, check and subject the newest, and the newest
    that was accepted, whatever data they are about."""
    kept: dict[tuple[str, str, str, bool], Verdict] = {}
    for verdict in verdicts:
        for is_last_accepted in {False, verdict.is_accepted}:
            key = (verdict.suite, verdict.check_name, verdict.subject, is_last_accepted)
            kept.pop(key, None)
            kept[key] = verdict
    return list(dict.fromkeys(kept.values()))


def split_subject(subject: str) -> tuple[str, str, date | None]:
    """`source/account/day` of a partition verdict, taken apart; an account may itself hold slashes."""
    source, _, rest = subject.partition("/")
    account, _, last = rest.rpartition("/")
    if account and re.fullmatch(r"\d{4}-\d{2}-\d{2}", last):
        return source, account, date.fromisoformat(last)
    return source, rest, None


def write_parquet(verdicts: Iterable[Verdict], path: Path) -> None:
    """The verdicts as a Parquet file of text columns; `failing_rows` is JSON text."""
    rows = [{**v.as_json(), "failing_rows": json.dumps(v.failing_rows, ensure_ascii=False)} for v in verdicts]
    schema = pa.schema([(name, pa.string()) for name in PARQUET_COLUMNS])
    table = pa.Table.from_pylist([{name: row.get(name) for name in PARQUET_COLUMNS} for row in rows], schema=schema)
    temporary = path.with_name(path.name + PARTIAL)
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)


def _key(verdict: Verdict) -> tuple[str, ...]:
    return tuple(getattr(verdict, name) for name in _KEY)


def _subject(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.suite, verdict.check_name, verdict.subject


def _number(name: str) -> int:
    return int(re.split(r"[-.]", name, maxsplit=1)[0])


def _run_key(name: str) -> str:
    return name.removesuffix(SUFFIX).split("-", 1)[1]


def _lines(verdicts: Iterable[Verdict]) -> bytes:
    return b"".join(orjson.dumps(verdict.as_json()) + b"\n" for verdict in verdicts)


def _read(path: Path) -> tuple[Verdict, ...]:
    stat = path.stat()
    return _parse(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4 * CONDENSE_EVERY)  # a recording never changes, and several stations of a run ask for the same
def _parse(path: Path, size: int, modified: int) -> tuple[Verdict, ...]:
    try:
        return tuple(Verdict.from_json(orjson.loads(line)) for line in path.read_bytes().splitlines())
    except (ValueError, TypeError) as error:
        raise VerdictStoreError(
            f"{path}: not a recording of verdicts ({error}). Remove the file and run the gates again; "
            "until then nothing is published."
        ) from error

"""Is there as much data as there used to be? A delivery cut short has no wrong row in it, only too few.

Counts are current rows (the winner of every key), for a restated day is delivered many times over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from outlay.quality.verdicts import FAILED, WARNED

# (source, account, day); the day is None for a snapshot.
PartitionKey = tuple[str, str, date | None]


@dataclass(frozen=True)
class VolumeLimits:
    """When a count is suspiciously low. All of it is part of the suite's version."""

    least_share: Fraction = Fraction(1, 10)  # of what was there: at or below is a loss of 90 % or more
    least_rows: int = 10  # below so many rows before, a drop says nothing about a partition or a day
    least_total: int = 50  # the same for a whole source
    trailing_days: int = 28
    least_days: int = 7  # days with rows that a trailing median needs
    regular_share: Fraction = Fraction(4, 5)  # of the trailing days have rows in a source that delivers daily
    beyond_minimum: Fraction = Fraction(1, 2)  # a regular source's drop counts below this share of its lowest day


LIMITS = VolumeLimits()


@dataclass(frozen=True)
class VolumeFinding:
    """A count that is too low. `day` and `account` are None where the whole source, or all accounts, are meant."""

    check: str
    verdict: str
    source: str
    account: str | None
    day: date | None
    observed: str
    expected: str

    def concerns(self, key: PartitionKey) -> bool:
        """Whether partition `key` lies in what was found."""
        source, account, day = key
        return (
            source == self.source
            and (self.account is None or account == self.account)
            and (self.day is None or day == self.day)
        )


def volume_findings(
    live: Mapping[PartitionKey, int],
    remembered: Mapping[PartitionKey, int],
    covered: Mapping[PartitionKey, Fraction] | None = None,
) -> list[VolumeFinding]:
    """What is too low in the partitions judged now.

    `live`: their current rows. `remembered`: the current rows of every partition when it was last let through.
    `covered`: the share of its day that a partition's delivery reaches over, where that is less than the whole.
    """
    return [
        *_against_itself(live, remembered),
        *_against_the_source(live, remembered),
        *_against_trailing_days(live, remembered, covered or {}),
    ]


def _against_itself(live: Mapping[PartitionKey, int], remembered: Mapping[PartitionKey, int]) -> list[VolumeFinding]:
    """A partition against its own former content. An emptied day may be a complete answer: it warns."""
    findings = []
    for (source, account, day), rows in live.items():
        before = remembered.get((source, account, day), 0)
        if rows == 0 and before > 0 and day is not None:
            findings.append(
                VolumeFinding("newly_empty", WARNED, source, account, day, "0 rows", f"{before} rows as before")
            )
        elif before >= LIMITS.least_rows and rows <= before * LIMITS.least_share:
            expected = f"more than {_tenth(before)} rows, 10 % of the {before} before"
            findings.append(
                VolumeFinding("volume_of_partition", FAILED, source, account, day, f"{rows} rows", expected)
            )
    return findings


def _against_the_source(
    live: Mapping[PartitionKey, int], remembered: Mapping[PartitionKey, int]
) -> list[VolumeFinding]:
    """All judged partitions of a source against what the same partitions held: a whole file cut short."""
    now: dict[str, int] = defaultdict(int)
    before: dict[str, int] = defaultdict(int)
    for key, rows in live.items():
        now[key[0]] += rows
        before[key[0]] += remembered.get(key, 0)
    return [
        VolumeFinding(
            "volume_of_source", FAILED, source, None, None, f"{now[source]} rows over its changed partitions",
            f"more than {_tenth(before[source])}, 10 % of the {before[source]} before",
        )
        for source in now
        if before[source] >= LIMITS.least_total and now[source] <= before[source] * LIMITS.least_share
    ]  # fmt: skip


def _against_trailing_days(
    live: Mapping[PartitionKey, int],
    remembered: Mapping[PartitionKey, int],
    covered: Mapping[PartitionKey, Fraction],
) -> list[VolumeFinding]:
    """A source's day, all accounts, against the median of its days in the four weeks before."""
    per_day: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for (source, _, day), rows in {**remembered, **live}.items():
        if day is not None:
            per_day[source][day] += rows
    findings = []
    known = {source for source, _, _ in remembered}
    for source, day in sorted({(key[0], key[2]) for key in live if key[2] is not None}):
        share = max((s for k, s in covered.items() if (k[0], k[2]) == (source, day)), default=Fraction(1))
        finding = _judge_day(source, day, per_day[source], share)
        if finding is not None:
            # A history that arrives at once has its own ends and quiet days: only a day that follows one can fail.
            findings.append(finding if source in known else replace(finding, verdict=WARNED))
    return findings


def _judge_day(source: str, day: date, counts: Mapping[date, int], share: Fraction) -> VolumeFinding | None:
    """One day against its trailing days, for a source that delivers daily: elsewhere a quiet day says nothing.

    It fails below half of the quietest trailing day; a source that is that quiet at times is only warned.
    """
    rows = counts[day]
    before = [day - timedelta(days=back) for back in range(1, LIMITS.trailing_days + 1)]
    trailing = [counts[other] for other in before if counts.get(other, 0) > 0]
    if rows == 0 or len(trailing) < LIMITS.least_days:
        return None
    usual = Fraction(median(trailing))
    if usual < LIMITS.least_rows or rows > usual * LIMITS.least_share * share:
        return None
    span = min(LIMITS.trailing_days, (day - min(counts)).days)
    if len(trailing) < span * LIMITS.regular_share:
        return None
    verdict = FAILED if rows < min(trailing) * LIMITS.beyond_minimum * share else WARNED
    expected = f"more than {_tenth(usual * share)} rows, 10 % of the trailing median {float(usual):g}"
    return VolumeFinding("volume_of_day", verdict, source, None, day, f"{rows} rows", expected)


def _tenth(count: int | Fraction) -> str:
    return f"{float(count * LIMITS.least_share):g}"

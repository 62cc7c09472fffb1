"""The gate behind landing: every landed partition gets a verdict.

Judged is what has no accepted verdict yet for exactly its content under exactly this suite, so a bad partition stays
blocked however often only later stations are run, and a run without news costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from outlay.quality.landed_judgement import Judgement
from outlay.quality.landed_suite import landed_version
from outlay.quality.verdict_store import VerdictStore
from outlay.quality.verdicts import (
    FAILED,
    LANDED,
    PASSED,
    SUITE_CHECK,
    WARNED,
    GateResult,
    LandedPartition,
    LandingProblem,
    Verdict,
    count_verdicts,
    partition_subject,
    problem_verdicts,
    worst,
)

SUBJECT = "landing"


def gate_landed(
    partitions: Sequence[LandedPartition],
    landing: Path,
    store: VerdictStore,
    *,
    run_key: str,
    inputs_fingerprint: str,
    as_of: date | None = None,
    problems: Iterable[LandingProblem] = (),
    volumes_accepted: Collection[str] = (),
) -> GateResult:
    """Judge the landed `partitions` (all that are landed now) and record what was found under `run_key`.

    `inputs_fingerprint` stands for everything the build will read; the overall verdict is given for it. Days after
    `as_of` are read by nobody yet and judged when their day comes. Problems of landing become verdicts too.
    `volumes_accepted` names sources for which somebody vouched that few rows are right: there, a drop only warns.
    """
    version = landed_version()
    accepted = store.accepted_partitions(LANDED, version)
    visible = [p for p in partitions if p.day is None or as_of is None or p.day <= as_of]
    pending = [p for p in visible if (partition_subject(p), p.fingerprint) not in accepted]
    verdicts = Judgement(landing, store, version, volumes_accepted).judge(pending) if pending else []
    refused = problem_verdicts(problems, version)
    verdicts += refused
    counts = count_verdicts(v for v in verdicts if v.check_name == SUITE_CHECK)
    remembered = len(visible) - len(pending)
    overall = Verdict(
        suite=LANDED,
        check_name=SUITE_CHECK,
        subject=SUBJECT,
        verdict=worst(v.verdict for v in verdicts),
        observed=f"{len(visible)} partitions: {remembered} already judged, {counts[PASSED]} passed, "
        f"{counts[WARNED]} warned, {counts[FAILED]} failed; "
        f"{sum(not one.is_accepted for one in refused)} deliveries refused",
        expected="every partition passed or warned",
        fingerprint=inputs_fingerprint,
        suite_version=version,
    )
    store.record(run_key, [*verdicts, overall])
    return GateResult(tuple(verdicts), overall)

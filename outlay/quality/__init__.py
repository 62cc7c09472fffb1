"""Gates: what must hold before anybody may read a figure, and the memory of what was found.

The gates themselves (`outlay.quality.landed_gate`, `outlay.quality.mart_gate`) are imported where they are called.
"""

from __future__ import annotations

from outlay.quality.landed_suite import landed_version
from outlay.quality.mart_suite import marts_version
from outlay.quality.verdict_store import VerdictStore, VerdictStoreError, write_parquet
from outlay.quality.verdicts import (
    LANDED,
    MARTS,
    GateResult,
    Missing,
    Requirement,
    Verdict,
    count_verdicts,
    rows_landed,
)

__all__ = [
    "GateResult",
    "Missing",
    "Requirement",
    "Verdict",
    "VerdictStore",
    "VerdictStoreError",
    "count_verdicts",
    "required_to_publish",
    "rows_landed",
    "write_parquet",
]


def required_to_publish(*, fingerprint: str, inputs_fingerprint: str) -> list[Requirement]:
    """The verdicts without which marts of `fingerprint`, built from `inputs_fingerprint`, are shown to nobody."""
    return [
        Requirement(LANDED, landed_version(), inputs_fingerprint, "the landed inputs"),
        Requirement(MARTS, marts_version(), fingerprint, "the candidate's marts"),
    ]

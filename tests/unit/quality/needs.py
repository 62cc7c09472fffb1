"""What the tests ask a verdict store for."""

from __future__ import annotations

from collections.abc import Iterable

from outlay.quality.verdict_store import VerdictStore
from outlay.quality.verdicts import Missing, Requirement, Verdict


def blocked(store: VerdictStore, fingerprints: Iterable[str], version: str = "v1") -> list[Verdict | Missing]:
    """What stands against data with these fingerprints under one version of the suite `landed`."""
    return store.blocking(Requirement("landed", version, fingerprint, "landed data") for fingerprint in fingerprints)

"""Where a company stands, from what lies on its disk: what is served, what the gates said, up to which day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from outlay.publishing.pointer import VersionDamagedError
from outlay.publishing.versions import current
from outlay.quality import VerdictStore, VerdictStoreError, count_verdicts


def status(data: Path) -> dict[str, Any]:
    """The plain facts under `data`, ready for JSON; paths are absolute.

    `published`: version, database, parquet, published_at, as_of, fingerprint, rows per table and `refused` (why newer
    versions are not served); None before the first publication. `verdicts`: counts of the last run, and its key.
    `quarantined`: rows in the published `quarantined_rows`. `last_day`: the last day with figures, ISO.
    `problems`: what could not be read.
    """
    published = data / "published"
    problems: list[str] = []
    facts: dict[str, Any] | None = None
    quarantined, last_day = 0, None
    try:
        version = current(published.resolve())
    except VersionDamagedError as error:
        version = None
        problems.append(str(error))
    if version is not None:
        facts = {
            "version": version.version,
            "database": str(version.database),
            "parquet": str(version.parquet),
            "published_at": version.published_at.isoformat(),
            "as_of": version.as_of.isoformat(),
            "fingerprint": version.fingerprint,
            "rows": {name: entry.rows for name, entry in sorted(version.tables.items())},
            "refused": list(version.refused),
        }
        problems.extend(version.refused)
        entry = version.tables.get("quarantined_rows")
        quarantined = entry.rows if entry else 0
        last_day = version.content.last_day.isoformat()
    return {
        "published": facts,
        "verdicts": _verdicts(data / "verdicts", problems),
        "quarantined": quarantined,
        "last_day": last_day,
        "problems": problems,
    }


def _verdicts(folder: Path, problems: list[str]) -> dict[str, Any]:
    try:
        last = VerdictStore(folder).last_run()
    except VerdictStoreError as error:
        problems.append(str(error))
        last = None
    run_key, verdicts = last if last else (None, [])
    return {**count_verdicts(verdicts), "run": run_key}

"""The landing zone: raw kept as delivered, typed Parquet a source, account and day, quarantine, manifest.

    report = land(company.sources["google_ads"], company, data / "landing", as_of=date(2026, 3, 31))

`land` is idempotent: what was delivered before is not read again, a run that was cut off is made good by the next, and
the same deliveries give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import duckdb

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES
from outlay.landing.folders import partition_file
from outlay.landing.forecasts import keep_forecasts
from outlay.landing.manifest import all_manifests, told_problems
from outlay.landing.model import LandingReport, Partition, Problem, Progress
from outlay.landing.partitions import write_empty
from outlay.landing.quarantine import write_empty_quarantine, write_quarantine
from outlay.landing.run import LandingRun
from outlay.sources import open_source

__all__ = [
    "LandingReport",
    "Partition",
    "Problem",
    "Progress",
    "keep_forecasts",
    "land",
    "landed_partitions",
    "landed_problems",
    "partition_path",
    "prepare_landing",
    "write_quarantine",
]


def land(
    source: SourceSection,
    company: Company,
    landing: Path,
    *,
    as_of: date,
    progress: Progress | None = None,
    full: bool = False,
) -> LandingReport:
    """Lands whatever `source` delivers that is not landed yet, and says what changed.

    Rows later than `as_of` are landed too; readers leave them out. `full` parses again everything ever delivered, from
    the raw copies. Raises CompanyError for a source of an unknown kind; data never raises, it becomes a Problem.
    """
    return LandingRun(open_source(source, company, landing), source, landing).run(full=full, progress=progress)


def prepare_landing(landing: Path) -> None:
    """Zero-row files for every entity and for the quarantine: readers find every table, with its columns, at once."""
    with duckdb.connect() as connection:
        for entity in ENTITIES.values():
            write_empty(landing, entity, connection)
    write_empty_quarantine(landing)


def landed_partitions(landing: Path) -> list[Partition]:
    """Every partition that stands, by source, account and day."""
    return [
        manifest.as_partition(manifest.partitions[place])
        for manifest in all_manifests(landing)
        for place in sorted(manifest.partitions, key=lambda place: (place[0], str(place[1] or "")))
    ]


def partition_path(landing: Path, partition: Partition) -> Path:
    """The Parquet file of a landed partition."""
    place = (partition.account, partition.day)
    return partition_file(landing, ENTITIES[partition.entity], partition.source, place)


def landed_problems(landing: Path, sources: Collection[str]) -> list[Problem]:
    """What a reader must hear of, of the company's `sources`: one that it no longer has cannot be mended.

    Refused deliveries and sources without a row stand until they are mended; warnings about files that landed are
    those of each source's last `land`.
    """
    told = [manifest for manifest in all_manifests(landing) if manifest.source in sources]
    return [problem for manifest in told for problem in told_problems(manifest)]

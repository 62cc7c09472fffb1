"""What landing tells the rest of the house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from outlay.sources.base import Problem

# Called as progress(source, done, of) before each delivery is read and once at the end.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Partition:
    """One landed Parquet file: a source's rows of one account and day (None: the entity is a snapshot).

    `rows` counts every delivered version; `control_total` is the sum of the entity's amount over them (None where the
    entity has none, or nothing in it is set) and `currency` its currency where it is a single one. `fingerprint` is
    the sha256 of the bytes with which these rows first stood in it: the same rows brought by a newer delivery, as when
    a month is fetched again, change the file's lineage and not what is built from it.
    """

    source: str
    entity: str
    account: str
    day: date | None
    rows: int
    control_total: Decimal | None
    currency: str | None
    fingerprint: str


# (account, day): one partition of a source.
Place = tuple[str, date | None]


class Counted(Protocol):
    """Anything with the row counts of a delivery."""

    rows_read: int
    rows_landed: int
    rows_quarantined: int
    rows_filtered: int
    rows_total: int


@dataclass
class LandingReport:
    """What one `land` did.

    `changed` holds every partition whose bytes changed, those included that became empty, which stand in `removed`
    too; `previous` the control total of each as it was (None: it is new). `rows_read` = `rows_landed` +
    `rows_quarantined` + `rows_filtered` + `rows_total` over the deliveries read in this run; a refused delivery counts
    only in `files_refused`. `problems` are those of this run and those that stand until they are mended.
    """

    source: str
    changed: list[Partition] = field(default_factory=list)
    removed: list[Partition] = field(default_factory=list)
    previous: dict[Place, Decimal | None] = field(default_factory=dict)
    files_read: int = 0
    files_unchanged: int = 0
    files_refused: int = 0
    files_repeated: int = 0
    rows_read: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    rows_filtered: int = 0
    rows_total: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, delivery: Counted) -> None:
        """Adds the rows of a delivery that landed in this run."""
        self.rows_read += delivery.rows_read
        self.rows_landed += delivery.rows_landed
        self.rows_quarantined += delivery.rows_quarantined
        self.rows_filtered += delivery.rows_filtered
        self.rows_total += delivery.rows_total


__all__ = ["LandingReport", "Partition", "Place", "Problem", "Progress"]

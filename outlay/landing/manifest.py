"""The manifest of a source: what was delivered, what became of it, and which partitions stand because of it.

It is written last, in one swap. Whatever lies in the landing zone and not in a manifest is left over from a run that
was cut off, and is cleaned away by the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from outlay.durable import swap_in
from outlay.garbage import no_collection
from outlay.landing.folders import manifest_file
from outlay.landing.model import Partition, Place, Problem

FORMAT = 2
_LONGEST_HISTORY = 20

# By path, with what tells that the file has changed since.
_parsed: dict[Path, tuple[tuple[int, int, int], Manifest]] = {}


@dataclass
class Delivery:
    """One delivery and its counts. `state`: landed (its rows stand), superseded (a newer one of its name replaced
    them) or refused (nothing of it stands; tried again at every run). `spans`: account -> first and last landed day.
    """

    file: str
    sha256: str
    delivery_no: int
    settings: str
    state: str = "landed"
    superseded_by: int | None = None
    rows_read: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    rows_filtered: int = 0
    rows_total: int = 0
    days: int = 0
    spans: dict[str, list[str | None]] = field(default_factory=dict)
    problems: list[dict[str, str | None]] = field(default_factory=list)

    def count(self, rows: dict[str, int], spans: dict[str, list[str | None]], days: int) -> None:
        """Takes over what it held: rows by state, landed days by account, how many days."""
        self.rows_landed = rows.get("landed", 0)
        self.rows_quarantined = rows.get("quarantined", 0)
        self.rows_filtered = rows.get("filtered", 0)
        self.rows_total = rows.get("total", 0)
        self.rows_read = sum(rows.values())
        self.spans = spans
        self.days = days

    @property
    def fails(self) -> bool:
        """Whether it was refused for a reason that blocks publishing."""
        return self.state == "refused" and any(problem["severity"] == "failed" for problem in self.problems)

    def covers(self, place: Place) -> bool:
        """Whether rows of this delivery may stand in the partition."""
        account, day = place
        if account not in self.spans:
            return False
        first, last = self.spans[account]
        return day is None or first is None or last is None or first <= day.isoformat() <= last


@dataclass
class Standing:
    """One partition as it stands. `history`: earlier rows and control totals, the latest last."""

    account: str
    day: str | None
    rows: int
    control_total: str | None
    currency: str | None
    fingerprint: str
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.account, date.fromisoformat(self.day) if self.day else None

    @property
    def total(self) -> Decimal | None:
        return None if self.control_total is None else Decimal(self.control_total)


@dataclass
class Manifest:
    """All that is known of one source. `stats`: size and mtime by which an unread file is known to be unchanged.

    `duplicates`: files whose bytes stand under another name. `said`: keys of the notes that were given already.
    `problems`: of the source as a whole. `news`: what the last run warned of in files that it landed.
    """

    source: str
    entity: str
    next_delivery_no: int = 1
    deliveries: list[Delivery] = field(default_factory=list)
    partitions: dict[Place, Standing] = field(default_factory=dict)
    stats: dict[str, list[Any]] = field(default_factory=dict)
    duplicates: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    problems: list[dict[str, str | None]] = field(default_factory=list)
    news: list[dict[str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A source has as many deliveries as days: looking each one up must not cost their number.
        self._by_file: dict[str, list[Delivery]] = {}
        for delivery in self.deliveries:
            self._by_file.setdefault(delivery.file, []).append(delivery)

    def add(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._by_file.setdefault(delivery.file, []).append(delivery)

    def forget(self, delivery: Delivery) -> None:
        self.deliveries.remove(delivery)
        self._by_file[delivery.file].remove(delivery)

    def landed(self) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.state == "landed"]

    def of_file(self, file: str) -> list[Delivery]:
        """Every delivery of this name that is known, oldest first."""
        return list(self._by_file.get(file, ()))

    def standing_of(self, file: str) -> Delivery | None:
        """The delivery whose rows stand under this name."""
        return next((one for one in self.of_file(file) if one.state == "landed"), None)

    def known(self, file: str, sha256: str) -> Delivery | None:
        """The landed or refused delivery of exactly these bytes under this name."""
        return next((one for one in self.of_file(file) if one.state != "superseded" and one.sha256 == sha256), None)

    def record(self, partition: Partition, before: Standing | None) -> None:
        """Takes over a partition as written; `before`, what it was when the run began, goes to its history."""
        place = (partition.account, partition.day)
        history = list(before.history) if before else []
        if before:
            history.append({"rows": before.rows, "control_total": before.control_total})
        self.partitions[place] = Standing(
            account=partition.account,
            day=partition.day.isoformat() if partition.day else None,
            rows=partition.rows,
            control_total=None if partition.control_total is None else str(partition.control_total),
            currency=partition.currency,
            fingerprint=partition.fingerprint,
            history=history[-_LONGEST_HISTORY:],
        )

    def as_partition(self, standing: Standing) -> Partition:
        account, day = standing.place
        return Partition(
            source=self.source,
            entity=self.entity,
            account=account,
            day=day,
            rows=standing.rows,
            control_total=standing.total,
            currency=standing.currency,
            fingerprint=standing.fingerprint,
        )

    def write(self, landing: Path) -> None:
        document = {key: value for key, value in vars(self).items() if not key.startswith("_")}
        document |= {"format": FORMAT, "partitions": self._ordered()}
        content = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        swap_in(manifest_file(landing, self.source), content, sync=True)

    def _ordered(self) -> list[Standing]:
        return sorted(self.partitions.values(), key=lambda one: (one.account, one.day or ""))


def read_manifest(landing: Path, source: str, entity: str) -> Manifest:
    """The manifest of `source`, an empty one where it never delivered."""
    path = manifest_file(landing, source)
    return _parse(path) if path.exists() else Manifest(source, entity)


def all_manifests(landing: Path) -> list[Manifest]:
    """The manifests of all sources, by name, to be read only: a file that stays the same is parsed once."""
    return [_parse_once(path) for path in sorted((landing / "manifest").glob("*.json"))]


def _parse(path: Path) -> Manifest:
    document = orjson.loads(path.read_bytes())
    if document.pop("format") != FORMAT:
        raise ValueError(f"{path} was written by another version of outlay; start again with an empty data folder")
    with no_collection():
        partitions = [Standing(**one) for one in document.pop("partitions")]
        deliveries = [Delivery(**one) for one in document.pop("deliveries")]
        return Manifest(**document, deliveries=deliveries, partitions={one.place: one for one in partitions})


def _parse_once(path: Path) -> Manifest:
    state = path.stat()
    signature = (state.st_mtime_ns, state.st_size, state.st_ino)
    known = _parsed.get(path)
    if known is None or known[0] != signature:
        known = _parsed[path] = (signature, _parse(path))
    return known[1]


def as_problem(stored: dict[str, Any]) -> Problem:
    return Problem(**stored)


def told_problems(manifest: Manifest) -> list[Problem]:
    """What stands, behind what the last run warned of."""
    return [*(as_problem(one) for one in manifest.news), *standing_problems(manifest)]


def standing_problems(manifest: Manifest) -> list[Problem]:
    """What stands until it is mended: problems of refused deliveries, then of the source as a whole."""
    refused = [one for delivery in manifest.deliveries if delivery.state == "refused" for one in delivery.problems]
    return [as_problem(one) for one in [*refused, *manifest.problems]]

"""What landing asks of every source, whether it reads files, pages of an API or a database.

Landing knows nothing of headings, encodings or endpoints. A source names what it has to deliver, hands over the bytes
as they came, and parses them into one DuckDB table of typed rows in which no row is missing: a row that cannot be used
stands there with its reason.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import duckdb

from outlay.company import Company, SourceSection
from outlay.entities import ENTITIES, Entity

# The table that `Source.parse` leaves in the connection. Its columns, in order: those of PARSED_COLUMNS, then the
# entity's own with their storage types.
PARSED_TABLE = "parsed"
PARSED_COLUMNS: dict[str, str] = {
    "_delivery": "BIGINT",  # number of the delivery in the source
    "_state": "VARCHAR",  # landed | quarantined | filtered | total
    "_file": "VARCHAR",  # the delivery's name; a member of an archive is named after a colon
    "_row": "BIGINT",  # record number, the heading's record not counted
    "_reason": "VARCHAR",  # why it is quarantined, a sentence
    "_raw": "VARCHAR",  # quarantined rows only: JSON object of heading -> text
    "_row_key": "VARCHAR",  # the declared row key, else NULL
    "_account": "VARCHAR",  # the partition's account, `all` where the entity has none
    "_day": "DATE",  # the partition's day in the company's time zone, NULL for a snapshot
}

Severity = Literal["failed", "warned"]


@dataclass(frozen=True)
class Problem:
    """Something about a delivery that a reader must hear of. `failed` blocks publishing, `warned` does not.

    `check` is a stable snake-case name, `file` the delivery's name (None: the source as a whole), `fingerprint` the
    sha256 of the bytes it speaks of (empty where there are none).
    """

    source: str
    check: str
    file: str | None
    message: str
    severity: Severity
    fingerprint: str = ""


@dataclass(frozen=True)
class Offer:
    """One thing that a source has to deliver: a file in the folder, a page of an API.

    An equal `name` later is a newer version of the same thing; an equal `stamp` means that its bytes need not be read
    again.
    """

    name: str
    size: int
    stamp: int


@dataclass(frozen=True)
class Mark:
    """How a delivery is known in the landing zone: its name, the sha256 of its bytes, its number in the source."""

    name: str
    sha256: str
    delivery_no: int


@dataclass(frozen=True)
class Rejected:
    """Bytes that never became rows: an unreadable file, garbage behind a valid archive. `row` is 0 for a whole file."""

    file: str
    reason: str
    raw: str = ""
    row: int = 0


@dataclass
class Parsed:
    """What one delivery held. The rows stand in PARSED_TABLE; here is what the table cannot say.

    `complete` is False when the delivery could not be read whole or must not be used: then it replaces nothing, and
    PARSED_TABLE has no row of it. `vouched`: the outside system's own total agrees, so few rows are no sign of a cut.
    `notes` are warnings worth saying once for a source, by a key that stays the same from delivery to delivery.
    """

    mark: Mark
    complete: bool = True
    vouched: bool = False
    problems: list[Problem] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: dict[str, Problem] = field(default_factory=dict)


class Source(Protocol):
    """An outside system, or one kind of export of it, that delivers one entity."""

    @property
    def name(self) -> str: ...

    @property
    def entity(self) -> Entity: ...

    @property
    def settings(self) -> str:
        """Fingerprint of everything besides the bytes that decides how they are parsed."""

    def offers(self) -> list[Offer]:
        """What there is now, in the order in which it is to be delivered. Reads no content."""

    def sha256(self, offer: Offer) -> str:
        """Fingerprint of the offer's bytes. Raises OSError when they cannot be read."""

    def keep(self, offer: Offer, target: Path) -> str:
        """Writes the bytes as delivered to `target`, returns the sha256 of what was written."""

    def parse(
        self, deliveries: Iterator[tuple[Mark, Path]], connection: duckdb.DuckDBPyConnection, work: Path
    ) -> list[Parsed]:
        """Parses kept bytes into PARSED_TABLE of `connection`, replacing it; no answer when there are none left.

        Takes as many of the deliveries as fit into memory together. `work` is a folder for passing files. Never raises
        because of what the bytes hold: an unreadable delivery is `Rejected` and not complete.
        """


def settings_fingerprint(section: SourceSection, company: Company, beside: Set[str], **versions: int) -> str:
    """Of all that decides how a delivery's bytes are parsed. `beside`: the section's keys that do not.

    `versions` are raised when code reads the same bytes differently.
    """
    stated = {
        "source": section.model_dump(mode="json", exclude=set(beside)),
        "time_zone": company.company.time_zone,
        "columns": [(column.name, column.type, column.choices) for column in ENTITIES[section.entity].columns],
        **versions,
    }
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()[:16]


def create_parsed_table(connection: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """An empty PARSED_TABLE for `entity`."""
    columns = [f'"{name}" {kind}' for name, kind in PARSED_COLUMNS.items()]
    columns += [f'"{column.name}" {column.storage_type}' for column in entity.columns]
    connection.execute(f"create or replace temp table {PARSED_TABLE} ({', '.join(columns)})")

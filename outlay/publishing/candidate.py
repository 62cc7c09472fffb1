"""A version of the marts on disk: a database, a Parquet file a table, and a manifest that says what they must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from outlay.durable import write_durably
from outlay.quality.mart_suite import HISTORY_TABLES

# Not marts.duckdb: DuckDB names the catalogue after the file, and `marts.spend_daily` would then be ambiguous.
DATABASE = "outlay.duckdb"
PARQUET = "parquet"
MANIFEST = "manifest.json"
SCHEMA = "marts"


class ManifestError(Exception):
    """A version's manifest is missing or cannot be read."""


@dataclass(frozen=True)
class FileFacts:
    """Size in bytes and SHA-256 of one file."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class TableEntry:
    """One table of a version. `columns`: name -> DuckDB type, in order; `file` describes its Parquet file."""

    rows: int
    primary_key: tuple[str, ...]
    columns: Mapping[str, str] = field(hash=False)
    file: FileFacts


@dataclass(frozen=True)
class Candidate:
    """A written version that readers do not see yet; `folder` ends in `.partial` until it is published.

    `sequence` counts publications of this company and never goes back. `fingerprint` is over the Parquet files of all
    tables but the history tables. `published_as_ofs` are the run dates published so far, this one included.
    """

    folder: Path
    version: str
    sequence: int
    as_of: date
    last_day: date
    fingerprint: str
    inputs_fingerprint: str
    tables: Mapping[str, TableEntry] = field(hash=False)
    database_file: FileFacts
    published_as_ofs: tuple[date, ...] = ()

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def parquet(self) -> Path:
        return self.folder / PARQUET

    def files(self) -> dict[str, FileFacts]:
        """Every data file, relative to the folder, as the manifest describes it."""
        parquet = {f"{PARQUET}/{name}.parquet": entry.file for name, entry in sorted(self.tables.items())}
        return {DATABASE: self.database_file, **parquet}

    def write_manifest(self) -> None:
        """Write `manifest.json`; last of all, so that a folder with a manifest is a whole one."""
        document = asdict(self)
        del document["folder"]
        text = json.dumps(document, default=str, indent=1, sort_keys=True)
        write_durably(self.folder / MANIFEST, (text + "\n").encode())


def read_candidate(folder: Path) -> Candidate:
    """The version in `folder` as its manifest states it; the files themselves are not looked at.

    Raises ManifestError.
    """
    path = folder / MANIFEST
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        tables = {
            name: TableEntry(
                rows=entry["rows"],
                primary_key=tuple(entry["primary_key"]),
                columns=entry["columns"],
                file=FileFacts(**entry["file"]),
            )
            for name, entry in document.pop("tables").items()
        }
        return Candidate(
            folder=folder,
            version=document["version"],
            sequence=document["sequence"],
            as_of=date.fromisoformat(document["as_of"]),
            last_day=date.fromisoformat(document["last_day"]),
            fingerprint=document["fingerprint"],
            inputs_fingerprint=document["inputs_fingerprint"],
            tables=tables,
            database_file=FileFacts(**document["database_file"]),
            published_as_ofs=tuple(date.fromisoformat(day) for day in document["published_as_ofs"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"{path}: not a manifest of a version ({error})") from error


def fingerprint_tables(tables: Mapping[str, TableEntry]) -> str:
    """One SHA-256 over the hashes of all tables that state figures; history tables differ from run to run."""
    lines = [f"{name} {entry.file.sha256}" for name, entry in sorted(tables.items()) if name not in HISTORY_TABLES]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def newest_candidate(published: Path) -> Candidate:
    """The candidate that was exported last and is not published yet. Raises ManifestError when there is none."""
    waiting = sorted((published / "versions").glob(f"*.partial/{MANIFEST}"), key=lambda path: path.stat().st_mtime_ns)
    if not waiting:
        raise ManifestError(f"{published}: no candidate waits to be published; export one from the warehouse first")
    return read_candidate(waiting[-1].parent)

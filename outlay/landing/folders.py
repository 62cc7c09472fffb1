"""Where things lie in the landing zone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from outlay.entities import Entity
from outlay.landing.model import Place

NO_SOURCE = "_none"


def raw_file(landing: Path, source: str, sha256: str, name: str) -> Path:
    return landing / "raw" / source / sha256[:16] / Path(name).name


def typed_folder(landing: Path, entity: str) -> Path:
    return landing / "typed" / entity


def partition_file(landing: Path, entity: Entity, source: str, place: Place) -> Path:
    """Hive folders; the account is percent-encoded, as DuckDB and Spark decode it."""
    account, day = place
    folder = typed_folder(landing, entity.name) / f"source={source}" / f"account={quote(account, safe='')}"
    return (folder / f"day={day.isoformat()}" if day else folder) / "part.parquet"


def quarantine_file(landing: Path, source: str, delivery_no: int) -> Path:
    return landing / "quarantine" / source / f"{delivery_no}.parquet"


def manifest_file(landing: Path, source: str) -> Path:
    return landing / "manifest" / f"{source}.json"


def intent_file(landing: Path, source: str) -> Path:
    return landing / "manifest" / f"{source}.intent"

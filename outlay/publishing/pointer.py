"""The pointer: one small file that says which version is served, replaced in one step."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outlay.durable import write_durably

if TYPE_CHECKING:
    from outlay.publishing.versions import PublishedVersion

POINTER = "current.json"


class VersionDamagedError(Exception):
    """A version is not what its manifest says; the message names version, file and what differs."""


@dataclass(frozen=True)
class Pointer:
    """What `current.json` says. `highest` is the highest sequence ever served: a rollback does not lower it."""

    version: str
    sequence: int
    previous_sequence: int
    highest: int
    moved_at: datetime

    def write(self, published: Path, target: PublishedVersion) -> None:
        """Move the pointer to `target`: the single step by which readers come to see another version."""
        document = {
            **asdict(self),
            "moved_at": self.moved_at.isoformat(),
            "published_at": target.published_at.isoformat(),
            "database": target.database.relative_to(published).as_posix(),
            "parquet": target.parquet.relative_to(published).as_posix(),
        }
        write_durably(published / POINTER, (json.dumps(document, indent=1) + "\n").encode())


def read_pointer(published: Path) -> Pointer | None:
    """The pointer; None when nothing was published yet. VersionDamagedError when it cannot be read."""
    path = published / POINTER
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Pointer(
            version=document["version"],
            sequence=document["sequence"],
            previous_sequence=document["previous_sequence"],
            highest=document["highest"],
            moved_at=datetime.fromisoformat(document["moved_at"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VersionDamagedError(f"{path}: not a pointer to a version ({error})") from error

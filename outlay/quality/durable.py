"""Files that survive a crash: written whole under another name, synced, then moved into place.

They stand in this room because publishing builds on quality, never the other way round.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PARTIAL = ".partial"


def sync_file(path: Path) -> None:
    """Force the bytes of `path` to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Force the names in folder `path` to the disk: a rename is durable only after that."""
    sync_file(path)


def write_durably(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step: a reader sees the old bytes or the new ones, never a mixture."""
    temporary = path.with_name(path.name + PARTIAL)
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Files that readers see whole or not at all: written under another name, synced where it matters, moved into place."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PARTIAL = ".partial"
_CHUNK = 1 << 20


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


def swap_in(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Writes `content` to `path` so that a reader sees the old bytes or the new ones, never a part.

    `sync` waits until the bytes are on the disk: for the few files that say what the others are worth.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(file.fileno())
    part.replace(path)


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


def copy_of(path: Path, target: Path) -> str:
    """Copies `path` to `target` whole or not at all; the sha256 of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    part = target.with_name(f".{target.name}.part")
    with path.open("rb") as source, part.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    part.replace(target)
    return digest.hexdigest()

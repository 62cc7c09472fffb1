"""What the tests of a fetched company share: it is made from one of files, and compared with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.e2e.conftest import Place
from tests.fakes.data import World
from tests.fakes.fetched_company import write_fetched_company
from tests.fakes.server import FakeServer


def like_files(files: Place, server: FakeServer, folder: Path) -> Place:
    """The company `files` once more, asked over the network; `server` says from now on what `files` had landed."""
    server.world = World.from_landing(files.data / "landing")
    environment = write_fetched_company(folder / "company", server, like=files.company)
    return Place(folder / "company", folder / "data", environment=environment)


def files_of(folder: Path, pattern: str) -> dict[str, str]:
    """SHA-256 of the files by their path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob(pattern))
    }


def tables(place: Place) -> dict[str, str]:
    """SHA-256 of every published table."""
    return {name.removesuffix(".parquet"): digest for name, digest in files_of(place.parquet(), "*.parquet").items()}


def typed(place: Place) -> dict[str, str]:
    """SHA-256 of every landed partition."""
    return files_of(place.data / "landing" / "typed", "*.parquet")

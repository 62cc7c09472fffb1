"""The published versions and the pointer to the one that is served.

    published/current.json                                      the pointer, replaced in one step
    published/versions/<as_of>-<sequence>-<fingerprint>/        one whole version; names ending otherwise are unfinished

Readers resolve the pointer and open the versioned name. A version whose bytes are not what its manifest says is
refused, and the newest good one before it is served instead. Nothing here writes while reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from outlay.durable import sha256_of
from outlay.publishing.candidate import MANIFEST, Candidate, ManifestError, TableEntry, read_candidate
from outlay.publishing.pointer import VersionDamagedError, read_pointer

SEAL = "sealed.json"
_NAME = re.compile(
    r"(?P<as_of>\d{4}-\d{2}-\d{2})-(?P<sequence>\d{6,})(-(?P<fingerprint>[0-9a-f]{12}))?(?P<state>\.\w+)?"
)

# Hashing is repeated only for a file that changed: (path, size, mtime, inode) -> SHA-256.
_hashes: dict[tuple[str, int, int, int], str] = {}


@dataclass(frozen=True)
class PublishedVersion:
    """A sealed version. `refused` says, in words, which newer versions could not be served and why.

    `is_unchanged` is set by `publish` when the candidate held the same figures as what is served already.
    """

    content: Candidate
    published_at: datetime
    refused: tuple[str, ...] = ()
    is_unchanged: bool = False

    @property
    def version(self) -> str:
        return self.content.version

    @property
    def sequence(self) -> int:
        return self.content.sequence

    @property
    def as_of(self) -> date:
        return self.content.as_of

    @property
    def fingerprint(self) -> str:
        return self.content.fingerprint

    @property
    def inputs_fingerprint(self) -> str:
        return self.content.inputs_fingerprint

    @property
    def tables(self) -> Mapping[str, TableEntry]:
        return self.content.tables

    @property
    def folder(self) -> Path:
        return self.content.folder

    @property
    def database(self) -> Path:
        return self.content.database

    @property
    def parquet(self) -> Path:
        return self.content.parquet


def versions_folder(published: Path) -> Path:
    """Where the versions lie."""
    return published / "versions"


def version_name(as_of: date, sequence: int, fingerprint: str) -> str:
    """The name of a version: sorts by run date, then by publication."""
    return f"{as_of}-{sequence:06d}-{fingerprint[:12]}"


def parse_name(name: str) -> re.Match[str] | None:
    """The parts of a version's folder name; `state` is set for one that is unfinished or going away."""
    return _NAME.fullmatch(name)


def list_versions(published: Path) -> list[PublishedVersion]:
    """Every version that was served once and is still kept, oldest first. Unreadable ones are left out."""
    return [version for version in map(_readable, _sealed_folders(published)) if version is not None]


def open_version(folder: Path, *, full_hash: bool = True) -> PublishedVersion:
    """The version in `folder`, verified: sizes always, bytes where `full_hash`. Raises VersionDamagedError."""
    try:
        seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        content = read_candidate(folder)
        published_at = datetime.fromisoformat(seal["published_at"])
        manifest_is_sealed = sha256_of(folder / MANIFEST) == seal["manifest_sha256"]
    except (OSError, ValueError, KeyError, TypeError, ManifestError) as error:
        raise VersionDamagedError(f"version {folder.name}: {error}") from error
    if not manifest_is_sealed:
        raise VersionDamagedError(f"version {folder.name}: {MANIFEST} was changed after publishing")
    verify_files(content, full_hash=full_hash)
    return PublishedVersion(content, published_at)


def verify_files(content: Candidate, *, full_hash: bool = True) -> None:
    """Raise VersionDamagedError naming the first file that is not what the manifest says."""
    for name, expected in content.files().items():
        path = content.folder / name
        if not path.is_file():
            raise VersionDamagedError(f"version {content.version}: {name} is missing")
        size = path.stat().st_size
        if size != expected.bytes:
            raise VersionDamagedError(f"version {content.version}: {name} has {size} bytes, expected {expected.bytes}")
        if full_hash and _cached_hash(path) != expected.sha256:
            raise VersionDamagedError(f"version {content.version}: the bytes of {name} changed after it was written")


def current(published: Path, *, full_hash: bool = True) -> PublishedVersion | None:
    """The version to serve: the one pointed at if it is whole, else the newest good one before it.

    None when nothing was published yet. VersionDamagedError when no good version is left. A file is hashed once a
    process and again when it changes, so asking often costs little.
    """
    refused: list[str] = []
    try:
        pointer = read_pointer(published)
        if pointer is None:
            return None
        limit = pointer.sequence
    except VersionDamagedError as error:
        refused.append(str(error))
        limit = highest_sequence(published)
    folders = [folder for folder in _sealed_folders(published) if _sequence(folder) <= limit]
    if not refused and pointer is not None and pointer.version not in {folder.name for folder in folders}:
        refused.append(f"version {pointer.version}: its folder is missing")
    for folder in reversed(folders):
        try:
            version = open_version(folder, full_hash=full_hash)
        except VersionDamagedError as error:
            refused.append(str(error))
            continue
        served = tuple(f"{reason}; serving {version.version} instead" for reason in refused)
        return replace(version, refused=served)
    reasons = "; ".join(refused)
    raise VersionDamagedError(f"{published}: no good version is left: {reasons}. Run `outlay run` to publish anew.")


def last_good(published: Path) -> PublishedVersion | None:
    """As `current`, for whoever writes the next version: None also when no good one is left."""
    try:
        return current(published)
    except VersionDamagedError:
        return None


def highest_sequence(published: Path) -> int:
    """The highest sequence number in use, unfinished versions included; 0 before the first."""
    folder = versions_folder(published)
    names = [parse_name(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    in_use = [int(name["sequence"]) for name in names if name]
    try:
        pointer = read_pointer(published)
    except VersionDamagedError:
        pointer = None
    return max([*in_use, pointer.highest if pointer else 0])


def _sealed_folders(published: Path) -> list[Path]:
    """Folders of versions that were served at some time, by sequence."""
    try:
        pointer = read_pointer(published)
        highest = pointer.highest if pointer else 0
    except VersionDamagedError:
        highest = None
    found = []
    for folder in versions_folder(published).iterdir() if versions_folder(published).is_dir() else []:
        name = parse_name(folder.name)
        is_whole = name is not None and name["state"] is None and name["fingerprint"] is not None
        if is_whole and (highest is None or _sequence(folder) <= highest):
            found.append(folder)
    return sorted(found, key=_sequence)


def _readable(folder: Path) -> PublishedVersion | None:
    try:
        return open_version(folder, full_hash=False)
    except VersionDamagedError:
        return None


def _sequence(folder: Path) -> int:
    name = parse_name(folder.name)
    return int(name["sequence"]) if name else 0


def _cached_hash(path: Path) -> str:
    stat = path.stat()
    key = (str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino)
    if key not in _hashes:
        _hashes[key] = sha256_of(path)
    return _hashes[key]

"""The only door to the readers: a candidate passes with accepted verdicts for exactly its data, or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from outlay.durable import sha256_of, sync_file, sync_folder, write_durably
from outlay.publishing.candidate import MANIFEST, Candidate
from outlay.publishing.pointer import Pointer, VersionDamagedError, read_pointer
from outlay.publishing.versions import (
    SEAL,
    PublishedVersion,
    highest_sequence,
    last_good,
    list_versions,
    open_version,
    parse_name,
    verify_files,
    versions_folder,
)
from outlay.quality import Missing, Requirement, Verdict, VerdictStore, required_to_publish

KEEP = 5
DELETING = ".deleting"


class PublishBlocked(Exception):  # noqa: N818 - a decision, not a fault
    """Nothing was published and readers see what they saw; `blockers` are the verdicts that failed or are missing."""

    def __init__(self, version: str, blockers: Sequence[Verdict | Missing]) -> None:
        self.blockers = tuple(blockers)
        lines = [f"{version} is not published: {len(blockers)} verdicts stand against it"]
        super().__init__("\n  ".join([*lines, *(blocker.describe() for blocker in blockers)]))


def publish(
    candidate: Candidate,
    store: VerdictStore,
    *,
    published: Path,
    published_at: datetime,
    requirements: Iterable[Requirement] | None = None,
    keep: int = KEEP,
) -> PublishedVersion:
    """Make `candidate` the version that readers see, or raise PublishBlocked and change nothing.

    `requirements`: the verdicts it needs (default: landed inputs and marts, for its fingerprints, by today's suites).
    `published_at` is the caller's clock, with a time zone. A candidate with the figures and the run date of what is
    served already is dropped, and that version comes back with `is_unchanged`: its history tables stay as they were
    published. The last `keep` versions stay, and none is deleted that is served or younger than the one served before.
    Raises VersionDamagedError when the candidate's files are not what its manifest says.
    """
    needs = requirements
    if needs is None:
        needs = required_to_publish(fingerprint=candidate.fingerprint, inputs_fingerprint=candidate.inputs_fingerprint)
    blockers = store.blocking(needs)
    if blockers:
        raise PublishBlocked(candidate.version, blockers)
    verify_files(candidate)
    served = last_good(published)  # None: the candidate repairs what is lost
    if served is not None and not served.refused and _is_same(served, candidate):
        shutil.rmtree(candidate.folder)
        return replace(served, is_unchanged=True)
    version = _seal(candidate, published_at)
    _move_pointer(published, version, moved_at=published_at)
    _prune(published, keep)
    return version


def rollback(published: Path, to: str | None = None, *, moved_at: datetime) -> PublishedVersion:
    """Serve an earlier version again: the one named `to`, else the newest good one before what is served.

    No version is deleted. Raises VersionDamagedError when there is none to go back to, or `to` is unknown or not whole.
    """
    pointer = read_pointer(published)
    if pointer is None:
        raise VersionDamagedError(f"{published}: nothing was published yet, so there is nothing to go back to")
    known = list_versions(published)
    if to is not None:
        if to not in {version.version for version in known}:
            names = ", ".join(version.version for version in known) or "none"
            raise VersionDamagedError(f"there is no version {to!r}; kept are {names}")
        target = open_version(versions_folder(published) / to)
    else:
        target = _newest_good([version for version in known if version.sequence < pointer.sequence], published)
    _move_pointer(published, target, moved_at=moved_at)
    return target


def _newest_good(earlier: Sequence[PublishedVersion], published: Path) -> PublishedVersion:
    refused = []
    for version in reversed(earlier):
        try:
            return open_version(version.folder)
        except VersionDamagedError as error:
            refused.append(str(error))
    reasons = "; ".join(refused) or "no earlier version is kept"
    raise VersionDamagedError(f"{published}: there is no version to go back to: {reasons}")


def _is_same(served: PublishedVersion, candidate: Candidate) -> bool:
    return (served.fingerprint, served.as_of) == (candidate.fingerprint, candidate.as_of)


def _seal(candidate: Candidate, published_at: datetime) -> PublishedVersion:
    """Sync every byte, give the folder its final name, and look at it once more from there."""
    for name in candidate.files():
        sync_file(candidate.folder / name)
    seal = {"published_at": published_at.isoformat(), "manifest_sha256": sha256_of(candidate.folder / MANIFEST)}
    write_durably(candidate.folder / SEAL, (json.dumps(seal) + "\n").encode())
    sync_folder(candidate.parquet)
    folder = candidate.folder.rename(candidate.folder.with_name(candidate.version))
    sync_folder(folder.parent)
    return open_version(folder)


def _move_pointer(published: Path, target: PublishedVersion, *, moved_at: datetime) -> None:
    try:
        before = read_pointer(published)
    except VersionDamagedError:
        before = None
    highest = max(target.sequence, before.highest if before else highest_sequence(published))
    previous = before.sequence if before else target.sequence
    pointer = Pointer(target.version, target.sequence, previous, highest, moved_at)
    pointer.write(published, target)


def _prune(published: Path, keep: int) -> None:
    """Delete old versions: first out of the way under another name, so that no half version is ever seen."""
    pointer = read_pointer(published)
    if pointer is None:
        return
    named = [(parse_name(path.name), path) for path in versions_folder(published).iterdir()]
    folders = {int(name["sequence"]): path for name, path in named if name is not None and name["state"] is None}
    kept = {*sorted(folders)[-keep:], pointer.sequence}
    for sequence in sorted(folders):
        if sequence not in kept and sequence < pointer.previous_sequence:
            path = folders[sequence]
            shutil.rmtree(path.rename(path.with_name(path.name + DELETING)))

"""Publishing: a versioned copy of the marts that readers open, and the pointer that says which."""

from __future__ import annotations

from outlay.publishing.candidate import Candidate, ManifestError, TableEntry, newest_candidate, read_candidate
from outlay.publishing.export import ExportError, export_candidate, remove_leftovers
from outlay.publishing.pointer import VersionDamagedError
from outlay.publishing.publish import PublishBlocked, publish, rollback
from outlay.publishing.status import status
from outlay.publishing.versions import PublishedVersion, current, last_good, list_versions, open_version

__all__ = [
    "Candidate",
    "ExportError",
    "ManifestError",
    "PublishBlocked",
    "PublishedVersion",
    "TableEntry",
    "VersionDamagedError",
    "current",
    "export_candidate",
    "last_good",
    "list_versions",
    "newest_candidate",
    "open_version",
    "publish",
    "read_candidate",
    "remove_leftovers",
    "rollback",
    "status",
]

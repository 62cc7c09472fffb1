"""How a company stands, as the command line tells it."""

from __future__ import annotations

from typing import Any

from outlay.publishing import status
from outlay.quality import VerdictStore
from outlay.settings import DataFolder

_NOTHING_PUBLISHED = {"version": None, "database": None, "parquet": None, "published_at": None}


def read_status(data: DataFolder) -> dict[str, Any]:
    """The facts of `outlay.publishing.status`, with `published` an object even before the first publication."""
    found = status(data.root)
    return {**found, "published": found["published"] or dict(_NOTHING_PUBLISHED)}


def last_verdicts(data: DataFolder) -> list[dict[str, Any]]:
    """The verdicts of the last run, as plain dicts."""
    last = VerdictStore(data.verdicts).last_run()
    return [verdict.as_json() for verdict in last[1]] if last else []

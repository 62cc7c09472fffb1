"""Compares what is landed with what the warehouse was last built from."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import orjson

from outlay.company import FILE_NAME, Company
from outlay.entities import ENTITIES
from outlay.landing import Partition
from outlay.settings import DataFolder
from outlay.window.fingerprints import code_fingerprint, company_fingerprint
from outlay.window.widening import (
    KEPT_SNAPSHOTS,
    rewrites_history,
    widen_by_identities,
    widen_by_moved_keys,
    widen_by_rates,
    widen_by_time,
)

# Day given to a snapshot table that changed: before every day that can carry money.
WHOLE_HISTORY = date(1900, 1, 1)
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Window:
    """The days to rebuild, per entity. `full_because` is set when everything is."""

    as_of: date
    changed: dict[str, frozenset[date]]
    full_because: str | None = None
    inputs_fingerprint: str = ""
    state: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def is_full(self) -> bool:
        return self.full_because is not None

    def rows(self) -> list[dict[str, object]]:
        """The `changed_days` table."""
        return [
            {"entity": entity, "date_day": day}
            for entity in sorted(self.changed)
            for day in sorted(self.changed[entity])
        ]

    def describe(self) -> str:
        """One sentence for people."""
        if self.full_because:
            return f"full build: {self.full_because}"
        days = {day for entity, days in self.changed.items() if ENTITIES[entity].is_dated for day in days}
        if not days:
            return "no day changed"
        return f"{len(days)} changed day(s), {min(days)} to {max(days)}"


def find_window(
    company: Company,
    data: DataFolder,
    partitions: Sequence[Partition],
    *,
    as_of: date,
    full_refresh: bool = False,
) -> Window:
    """Compare what is landed with what the warehouse was last built from (`built.json`)."""
    visible = _visible(partitions, as_of)
    state = _state(company, data, visible, as_of)
    fingerprint = _fingerprint(visible, as_of)
    built = _read_built(data.built)
    reason = "asked for" if full_refresh else _why_full(built, state, data, as_of)
    if reason is not None:
        return _full_window(state, visible.values(), as_of, reason, fingerprint)

    before: dict[str, str] = built["partitions"]
    changed_keys = {k for k in visible.keys() | before.keys() if _fingerprint_of(visible.get(k)) != before.get(k)}
    days: dict[str, set[date]] = {}
    for key in changed_keys:
        _, entity, _, day = key.split(SEPARATOR)
        days.setdefault(entity, set()).add(date.fromisoformat(day) if day else WHOLE_HISTORY)
    changed_now = [visible[key] for key in sorted(changed_keys) if key in visible]
    with duckdb.connect(str(data.warehouse), read_only=True) as warehouse:
        reason = rewrites_history(warehouse, data, days)
        widen_by_moved_keys(warehouse, data, changed_now, days)
        if "identities" in days:
            widen_by_identities(warehouse, data, days)
        if "fx_rates" in days:
            widen_by_rates(warehouse, data, visible.values(), days)
    if reason is not None:
        return _full_window(state, visible.values(), as_of, reason, fingerprint)
    widen_by_time(date.fromisoformat(str(built["as_of"])), as_of, visible.values(), days)
    return Window(as_of, _frozen(days), None, fingerprint, state)


def inputs_fingerprint(partitions: Sequence[Partition], *, as_of: date) -> str:
    """Of the landed content that a build as of `as_of` reads. The gate on what landed speaks about this."""
    return _fingerprint(_visible(partitions, as_of), as_of)


def _visible(partitions: Sequence[Partition], as_of: date) -> dict[str, Partition]:
    return {_key(p): p for p in partitions if p.day is None or p.day <= as_of}


def _state(company: Company, data: DataFolder, visible: dict[str, Partition], as_of: date) -> dict[str, object]:
    return {
        "as_of": as_of.isoformat(),
        "landing": str(data.landing),
        "company": company_fingerprint(company),
        "code": code_fingerprint(),
        "partitions": {key: p.fingerprint for key, p in sorted(visible.items())},
    }


def _fingerprint(visible: dict[str, Partition], as_of: date) -> str:
    content = [as_of.isoformat(), {key: p.fingerprint for key, p in visible.items()}]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _full_window(
    state: dict[str, object], visible: Iterable[Partition], as_of: date, reason: str, fingerprint: str
) -> Window:
    """The window of a full build: every landed day."""
    days: dict[str, set[date]] = {}
    for partition in visible:
        days.setdefault(partition.entity, set()).add(partition.day or WHOLE_HISTORY)
    return Window(as_of, _frozen(days), reason, fingerprint, state)


def remember_built(window: Window, data: DataFolder) -> None:
    """Write `built.json` once the warehouse holds this window's build and its tests passed."""
    data.built.parent.mkdir(parents=True, exist_ok=True)
    temporary = data.built.with_suffix(".partial")
    state = {**window.state, "inputs_fingerprint": window.inputs_fingerprint}
    temporary.write_bytes(orjson.dumps(state, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    _keep_snapshots(data)
    temporary.replace(data.built)


def built_from(data: DataFolder) -> str:
    """The inputs fingerprint of what the warehouse was built from; empty before the first build."""
    return str(_read_built(data.built).get("inputs_fingerprint", ""))


def _keep_snapshots(data: DataFolder) -> None:
    """Hold on to the snapshots whose changes widen a later window. Landing replaces files, so a hard link suffices."""
    for entity in KEPT_SNAPSHOTS:
        kept = data.built_from / entity
        shutil.rmtree(kept, ignore_errors=True)
        for number, path in enumerate(sorted((data.landing / "typed" / entity).rglob("*.parquet"))):
            kept.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, kept / f"{number}.parquet")


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _key(partition: Partition) -> str:
    day = partition.day.isoformat() if partition.day else ""
    return SEPARATOR.join((partition.source, partition.entity, partition.account, day))


def _fingerprint_of(partition: Partition | None) -> str | None:
    return partition.fingerprint if partition else None


def _frozen(days: dict[str, set[date]]) -> dict[str, frozenset[date]]:
    return {entity: frozenset(values) for entity, values in days.items()}


def _read_built(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    loaded: dict[str, dict[str, str]] = orjson.loads(path.read_bytes())
    return loaded


def _why_full(built: dict[str, dict[str, str]], state: dict[str, object], data: DataFolder, as_of: date) -> str | None:
    if not built or not data.warehouse.exists():
        return "first build"
    if built["landing"] != state["landing"]:
        return "the data folder was moved, and views name the place they read"
    if built["company"] != state["company"]:
        return f"{FILE_NAME} changed"
    if built["code"] != state["code"]:
        return "the SQL changed"
    if as_of < date.fromisoformat(str(built["as_of"])):
        return f"the run's date {as_of} lies before the last build's {built['as_of']}"
    return None

"""What a change reaches beyond its own day: moved keys, merged people, restated rates, renamed campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from outlay.entities import ENTITIES
from outlay.landing import Partition, partition_path
from outlay.settings import DataFolder

# The warehouse tables that hold the current version of each dated entity, with its landed day in `date_day`.
STAGING_TABLES = {
    "platform_spend": "staging.stg_ads__platform_spend",
    "ledger_entries": "staging.stg_ledger__entries",
    "touchpoints": "staging.stg_web__touchpoints",
    "conversions": "staging.stg_web__conversions",
    "refunds": "staging.stg_web__refunds",
    "manual_spend": "staging.stg_recorded__manual_spend",
}
MONEY_ENTITIES = ("platform_spend", "ledger_entries", "conversions", "refunds", "manual_spend")
# Entities whose key lacks the day: a later version may stand on another day.
MOVABLE = tuple(name for name, entity in ENTITIES.items() if entity.is_dated and entity.day_column not in entity.key)
# The snapshots whose content at the last build is kept, to see what changed in them.
KEPT_SNAPSHOTS = ("campaigns", "identities", "fx_rates")


def rewrites_history(warehouse: duckdb.DuckDBPyConnection, data: DataFolder, days: dict[str, set[date]]) -> str | None:
    """Why a change of campaigns is a full build: one that carries rows already is now classified otherwise."""
    if "campaigns" not in days:
        return None
    listed = "platform, campaign_id, name, channel, department_id"
    touched = "false"
    if _has(warehouse, "staging.stg_web__touch_channels"):
        touched = "campaign_id in (select campaign_id from staging.stg_web__touch_channels)"
    changed = warehouse.execute(
        f"""
        with latest as (select {listed} from {_typed(data, "campaigns")}),
        known as (select {listed} from {_known(data, "campaigns")}),
        rewritten as (
            (select * from known except select * from latest)
            union all (select * from (select * from latest except select * from known) where {touched})
        )
        select min(campaign_id), count(distinct campaign_id) from rewritten
        """
    ).fetchone()
    return (
        f"{changed[1]} campaign(s) listed anew, renamed or moved, e.g. {changed[0]}" if changed and changed[1] else None
    )


def widen_by_moved_keys(
    warehouse: duckdb.DuckDBPyConnection,
    data: DataFolder,
    changed: Sequence[Partition],
    days: dict[str, set[date]],
) -> None:
    """Add the days on which the warehouse holds another version of a key that stands in a changed partition."""
    for entity in MOVABLE:
        files = [_file(data, p) for p in changed if p.entity == entity]
        table = STAGING_TABLES.get(entity)
        if not files or table is None or not _has(warehouse, table):
            continue
        (key,) = ENTITIES[entity].key
        found = warehouse.execute(
            f"select distinct date_day from {table} where {key} in (select {key} from read_parquet(?))", [files]
        ).fetchall()
        days[entity].update(day for (day,) in found)


def widen_by_time(built_as_of: date, as_of: date, visible: Iterable[Partition], days: dict[str, set[date]]) -> None:
    """A later run date moves the windows on which attribution is fitted, whether or not anybody came on the new days.

    A period that has ended since was fitted up to the last build's date only: the day after that one names it.
    """
    if as_of > built_as_of and any(partition.entity == "conversions" for partition in visible):
        days.setdefault("conversions", set()).add(built_as_of + timedelta(days=1))


def widen_by_identities(warehouse: duckdb.DuckDBPyConnection, data: DataFolder, days: dict[str, set[date]]) -> None:
    """A merge restates everything from the first touch or conversion of the users who now stand for someone else.

    What the person they join did before is not touched by it, so the window starts at the users who moved.
    """
    tables = [STAGING_TABLES[name] for name in ("touchpoints", "conversions")]
    seen = " union all ".join(f"select user_id, date_day from {table}" for table in tables if _has(warehouse, table))
    if not seen:
        return
    first = warehouse.execute(
        f"""
        with recursive {_resolved("known", _known(data, "identities"))},
        {_resolved("latest", _typed(data, "identities"))},
        moved as (
            (select * from latest except select * from known)
            union all (select * from known except select * from latest)
        )
        select min(date_day) from ({seen}) where user_id in (select user_id from moved)
        """
    ).fetchone()
    if first and first[0]:
        days.setdefault("touchpoints", set()).add(first[0])


def _resolved(name: str, aliases: str) -> str:
    """CTEs ending in `name` (user_id, canonical_user_id): every alias led to the end of its chain.

    The union ends a circle; whom it stands for does not matter here, only whether that changed.
    """
    return f"""
        {name}_aliases as (
            select user_id, canonical_user_id from {aliases} where user_id <> canonical_user_id
            qualify row_number() over (
                partition by user_id order by source_updated_at desc nulls last, delivery_no desc, source_row desc
            ) = 1
        ),
        {name}_reached as (
            select * from {name}_aliases
            union
            select reached.user_id, aliases.canonical_user_id
            from {name}_reached as reached join {name}_aliases as aliases on aliases.user_id = reached.canonical_user_id
        ),
        {name} as (
            select user_id, min(canonical_user_id) as canonical_user_id from {name}_reached
            where canonical_user_id not in (select user_id from {name}_aliases) group by user_id
        )"""


def widen_by_rates(
    warehouse: duckdb.DuckDBPyConnection,
    data: DataFolder,
    visible: Iterable[Partition],
    days: dict[str, set[date]],
) -> None:
    """A rate that is new or restated touches every amount from its day on: later days may carry it forward."""
    columns = "from_currency, to_currency, rate_type, date_day, rate"
    first = warehouse.execute(
        f"""
        with latest as (select {columns} from {_typed(data, "fx_rates")}),
        known as (select {columns} from {_known(data, "fx_rates")})
        select min(date_day) from (
            (select * from latest except select * from known)
            union all (select * from known except select * from latest)
        )
        """
    ).fetchone()
    if first and first[0]:
        for partition in visible:
            if partition.entity in MONEY_ENTITIES and partition.day and partition.day >= first[0]:
                days.setdefault(partition.entity, set()).add(partition.day)


def _has(warehouse: duckdb.DuckDBPyConnection, table: str) -> bool:
    schema, name = table.split(".")
    found = warehouse.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, name]
    ).fetchone()
    return bool(found and found[0])


def _typed(data: DataFolder, entity: str) -> str:
    return _all_files(data.landing / "typed" / entity)


def _known(data: DataFolder, entity: str) -> str:
    """The entity as it stood at the last build; the zero-row schema file where it was not there yet."""
    folder = data.built_from / entity
    return _all_files(folder if folder.exists() else data.landing / "typed" / entity / "source=_none")


def _all_files(folder: Path) -> str:
    quoted = folder.as_posix().replace("'", "''")
    return f"read_parquet('{quoted}/**/*.parquet', hive_partitioning = false)"


def _file(data: DataFolder, partition: Partition) -> str:
    return str(partition_path(data.landing, partition))

"""Landed partitions for the gates' tests, written straight as typed Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from outlay.entities import ENTITIES, LINEAGE_COLUMNS
from outlay.landing import partition_path


@dataclass(frozen=True)
class Landed:
    """A partition as landing describes it."""

    source: str
    entity: str
    account: str
    day: date | None
    rows: int
    control_total: Decimal | None
    fingerprint: str


def schema_of(entity_name: str) -> pa.Schema:
    """The landed file's schema, from the entity."""
    columns = {c.name: c.storage_type for c in ENTITIES[entity_name].columns} | LINEAGE_COLUMNS
    listed = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
    return duckdb.sql(f"select {listed} limit 0").to_arrow_table().schema


def land(
    landing: Path,
    entity_name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    source: str,
    account: str = "all",
    day: date | None = None,
    control_total: Decimal | None = None,
) -> Landed:
    """Write one partition whole; its control total is summed here, unless the test states another."""
    entity = ENTITIES[entity_name]
    lineage = {"source_file": f"{source}.csv", "delivery_no": 1, "row_key": None}
    full = [{**lineage, "source_row": number, **row} for number, row in enumerate(rows, 1)]
    table = pa.Table.from_pylist(full, schema=schema_of(entity_name))
    total = sum((Decimal(str(row.get(entity.amount, 0))) for row in rows), Decimal(0)) if entity.amount else None
    partition = Landed(source, entity_name, account, day, len(rows), control_total or total, "")
    path = partition_path(landing, partition)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, store_decimal_as_integer=True)
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
    return Landed(source, entity_name, account, day, len(rows), partition.control_total, fingerprint)


def spend(day: date, campaign: str = "c1", amount: str = "10.00", **more: Any) -> dict[str, Any]:
    """A row of platform_spend."""
    row = {
        "platform": "google_ads",
        "account_id": "111",
        "campaign_id": campaign,
        "date_day": day,
        "spend": Decimal(amount),
        "currency": "EUR",
        "impressions": 1000,
        "clicks": 10,
    }
    return {**row, **more}


def touch(at: datetime, touch_id: str, **more: Any) -> dict[str, Any]:
    """A row of touchpoints."""
    row = {"touch_id": touch_id, "user_id": "u1", "touched_at": at, "channel": "search", "interaction": "click"}
    return {**row, **more}

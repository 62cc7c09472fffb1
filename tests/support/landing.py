"""Small companies for SQL tests: landed Parquet and run inputs from plain Python rows, and dbt in process on them.

A test states rows as dictionaries, in ISO text and plain numbers; columns it leaves out are NULL. No export file is
parsed, so a number in a test goes straight into the models.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from outlay.company import FiscalCalendarSection
from outlay.entities import ENTITIES, LINEAGE_COLUMNS, Entity
from outlay.run_inputs import SCHEMAS
from tests.support.run_inputs import calendar_tables, company_settings

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
NO_PARTITION = "_none"

ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
    "DECIMAL(18,6)": pa.decimal128(18, 6),
    "DECIMAL(18,8)": pa.decimal128(18, 8),
}


def write_landing(landing: Path, rows: Rows, *, as_of: str, time_zone: str = "UTC", **run_inputs: Any) -> None:
    """Replaces the landing zone by `rows` (entity -> rows) and the run inputs of the day `as_of`.

    A row may carry the lineage columns and `source` (default `test`); delivery_no defaults to 1, source_row to its
    position. `run_inputs` are company settings by name, whole run tables (match_rules, account_rules, changed_days)
    as rows, or `calendar`, a FiscalCalendarSection.
    """
    shutil.rmtree(landing / "typed", ignore_errors=True)
    for entity in ENTITIES.values():
        _write_entity(landing / "typed" / entity.name, entity, rows.get(entity.name, ()), time_zone)
    write_run_inputs(landing, rows, as_of=as_of, time_zone=time_zone, **run_inputs)


def write_run_inputs(
    landing: Path,
    rows: Rows,
    *,
    as_of: str,
    time_zone: str = "UTC",
    calendar: FiscalCalendarSection | None = None,
    **given: Any,
) -> None:
    """Writes landing/run/*.parquet. Without `changed_days` every landed day counts as changed, as on a full build."""
    tables: dict[str, Sequence[Row]] = {
        **calendar_tables(date.fromisoformat(as_of), calendar),
        "changed_days": [{"entity": e, "date_day": d} for e, d in sorted(landed_days(rows, time_zone))],
    }
    settings = {name: value for name, value in given.items() if name not in SCHEMAS}
    tables |= {name: value for name, value in given.items() if name in SCHEMAS}
    tables["company_settings"] = [company_settings(as_of=as_of, time_zone=time_zone, **settings)]
    (landing / "run").mkdir(parents=True, exist_ok=True)
    for name, schema in SCHEMAS.items():
        _write(landing / "run" / f"{name}.parquet", schema, tables.get(name, ()))


def landed_days(rows: Rows, time_zone: str = "UTC") -> set[tuple[str, str]]:
    """(entity, day) of every dated row."""
    return {
        (name, _day(ENTITIES[name], row, time_zone))
        for name, entity_rows in rows.items()
        if ENTITIES[name].is_dated
        for row in entity_rows
    }


def changed_days(before: Rows, after: Rows, time_zone: str = "UTC") -> list[dict[str, str]]:
    """The days whose rows differ between two landings, and the days that hold another version of a changed key."""
    days: set[tuple[str, str]] = set()
    for name, entity in ENTITIES.items():
        if not entity.is_dated:
            continue
        old, new = (list(rows.get(name, ())) for rows in (before, after))
        changed = [row for row in old if row not in new] + [row for row in new if row not in old]
        keys = {tuple(row.get(column) for column in entity.key) for row in changed}
        versions = [row for row in old + new if tuple(row.get(column) for column in entity.key) in keys]
        days |= {(name, _day(entity, row, time_zone)) for row in versions}
    return [{"entity": entity, "date_day": day} for entity, day in sorted(days)]


def _write_entity(folder: Path, entity: Entity, rows: Sequence[Row], time_zone: str) -> None:
    columns = {column.name: column.storage_type for column in entity.columns} | LINEAGE_COLUMNS
    schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in columns.items()])
    partitions: dict[tuple[str, ...], list[Row]] = {_partition(NO_PARTITION, NO_PARTITION, entity, "1970-01-01"): []}
    for number, row in enumerate(rows, start=1):
        unknown = set(row) - set(columns) - {"source"}
        if unknown:
            raise ValueError(f"{entity.name}: no column {', '.join(sorted(unknown))} in the landing zone")
        account = str(row[entity.account_column]) if entity.account_column else "all"
        day = _day(entity, row, time_zone) if entity.is_dated else ""
        lineage = {"source_file": "test.csv", "source_row": number, "delivery_no": 1}
        partition = _partition(str(row.get("source", "test")), account, entity, day)
        partitions.setdefault(partition, []).append({**lineage, **row})
    for partition, partition_rows in partitions.items():
        _write(folder.joinpath(*partition, "part.parquet"), schema, partition_rows)


def _partition(source: str, account: str, entity: Entity, day: str) -> tuple[str, ...]:
    return (f"source={source}", f"account={account}", *((f"day={day}",) if entity.is_dated else ()))


def _day(entity: Entity, row: Row, time_zone: str) -> str:
    value = str(row[str(entity.day_column)])
    if len(value) == len("2026-01-31"):
        return value
    instant = datetime.fromisoformat(value).replace(tzinfo=ZoneInfo("UTC"))
    return instant.astimezone(ZoneInfo(time_zone)).date().isoformat()


def _write(path: Path, schema: pa.Schema, rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = [{field.name: _value(field.type, row.get(field.name)) for field in schema} for row in rows]
    pq.write_table(pa.Table.from_pylist(values, schema=schema), path)


def _value(kind: pa.DataType, value: Any) -> Any:
    """A plain value as Arrow wants it: ISO text to dates and instants, text and whole numbers to exact decimals."""
    if value is None or pa.types.is_boolean(kind):
        return value
    if pa.types.is_date(kind):
        return date.fromisoformat(str(value))
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(str(value))
    if pa.types.is_integer(kind):
        return int(value)
    if pa.types.is_decimal(kind):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale))
    return str(value)

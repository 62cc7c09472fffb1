"""Rows that could not be used, each with file, row, reason and its text as delivered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from outlay.durable import swap_in
from outlay.entities import ENTITIES
from outlay.landing.folders import NO_SOURCE, partition_file, quarantine_file
from outlay.landing.manifest import Manifest, all_manifests
from outlay.landing.partitions import parquet_bytes
from outlay.sources.base import PARSED_TABLE, Rejected

_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)


def write_delivery_quarantine(
    landing: Path, source: str, delivery_no: int, connection: duckdb.DuckDBPyConnection, rejected: list[Rejected]
) -> None:
    """The quarantined rows of PARSED_TABLE and what was rejected whole; no file where there is neither."""
    rows = connection.execute(
        f"select ? as source, _file as file, _row as row_number, _reason as reason, _raw as raw from {PARSED_TABLE} "
        "where _delivery = ? and _reason is not null order by all",
        [source, delivery_no],
    ).to_arrow_table()
    whole = [
        {"source": source, "file": one.file, "row_number": one.row, "reason": one.reason, "raw": one.raw}
        for one in rejected
    ]
    table = pa.concat_tables([pa.Table.from_pylist(whole, schema=_SCHEMA), rows.cast(_SCHEMA)])
    path = quarantine_file(landing, source, delivery_no)
    if table.num_rows:
        swap_in(path, parquet_bytes(table))
    else:
        path.unlink(missing_ok=True)


def write_empty_quarantine(landing: Path) -> None:
    path = quarantine_file(landing, NO_SOURCE, 0)
    content = parquet_bytes(_SCHEMA.empty_table())
    if not path.exists() or path.read_bytes() != content:
        swap_in(path, content)


def write_quarantine(landing: Path, as_of: date, out: Path) -> int:
    """Writes every row that is not used on `as_of` to `out` (Parquet: source, file, row_number, reason, raw).

    These are the quarantined rows of all standing deliveries, and landed rows of a later day as `future_dated`.
    Returns how many they are.
    """
    write_empty_quarantine(landing)
    manifests = all_manifests(landing)
    files = [str(quarantine_file(landing, NO_SOURCE, 0))]
    queries = []
    for manifest in manifests:
        there = {path.stem: str(path) for path in quarantine_file(landing, manifest.source, 0).parent.glob("*.parquet")}
        numbers = [str(one.delivery_no) for one in manifest.deliveries if one.state != "superseded"]
        files += [there[number] for number in numbers if number in there]
        queries += _future(landing, manifest, as_of)
    columns = "source, file, row_number, reason, raw"
    quarantined = f"select {columns} from read_parquet($files, hive_partitioning = false)"
    with duckdb.connect() as connection:
        table = connection.execute(
            f"select {columns} from ({' union all '.join([quarantined, *queries])}) order by all", {"files": files}
        ).to_arrow_table()
    swap_in(out, parquet_bytes(table.cast(_SCHEMA)))
    return int(table.num_rows)


def _future(landing: Path, manifest: Manifest, as_of: date) -> list[str]:
    """SQL for the landed rows of days after `as_of`, if there are any."""
    entity = ENTITIES[manifest.entity]
    later = [place for place, one in manifest.partitions.items() if place[1] and place[1] > as_of and one.rows]
    if not later:
        return []
    files = ", ".join(
        "'" + str(partition_file(landing, entity, manifest.source, place)).replace("'", "''") + "'" for place in later
    )
    fields = ", ".join(f"'{column}': \"{column}\"" for column in entity.column_names)
    return [
        f"select '{manifest.source}' as source, source_file as file, source_row as row_number, "
        f"'future_dated' as reason, to_json({{{fields}}})::varchar as raw "
        f"from read_parquet([{files}], hive_partitioning = false)"
    ]

"""Large landing zones for measurements, written by queries: no export is parsed, no row passes through Python."""

from __future__ import annotations

from pathlib import Path

import duckdb

from outlay.entities import LINEAGE_COLUMNS, Entity


def land(connection: duckdb.DuckDBPyConnection, landing: Path, entity: Entity, query: str) -> None:
    """Partitions as landing writes them, of what the query selects; columns it leaves out are NULL."""
    connection.execute(f"create or replace temp table given as {query}")
    names = {row[0] for row in connection.execute("describe given").fetchall()}
    types = {column.name: column.storage_type for column in entity.columns} | LINEAGE_COLUMNS
    given = {"source_file": "'bench'", "source_row": "1", "delivery_no": "1"}
    values = {name: name if name in names else given.get(name, "null") for name in types}
    columns = [f"cast({values[name]} as {kind}) as {name}" for name, kind in types.items()]
    account = entity.account_column or "'all'"
    parts = {"source": "'bench'", "account": account, **({"day": entity.day_column} if entity.is_dated else {})}
    partitions = ", ".join(
        f"cast({value} as {'date' if name == 'day' else 'varchar'}) as {name}" for name, value in parts.items()
    )
    connection.execute(
        f"copy (select {', '.join(columns)}, {partitions} from given) to '{landing / 'typed' / entity.name}' "
        f"(format parquet, partition_by ({', '.join(parts)}), overwrite_or_ignore)"
    )

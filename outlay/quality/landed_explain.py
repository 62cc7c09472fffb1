"""Which rows are behind a control row that breaks the suite: their keys and where they were delivered."""

from __future__ import annotations

from typing import Any

import duckdb

from outlay.entities import ENTITIES
from outlay.quality.expectations import Finding
from outlay.quality.landed_frames import Control, FileOf, live_rows, misdated, required_missing
from outlay.quality.landed_suite import row_rules
from outlay.quality.verdicts import MAX_FAILING_ROWS, LandedPartition, partition_subject


def explain(
    connection: duckdb.DuckDBPyConnection, finding: Finding, control: Control, file_of: FileOf
) -> list[dict[str, Any]]:
    """The rows behind `finding` in one partition, or the figure itself where no single row is to blame."""
    partition = control.partition
    entity = ENTITIES[partition.entity]
    columns = finding.rule.columns if finding.rule else ()
    if "required_nulls" in columns:
        reason = f"a required column is empty ({', '.join(entity.required)})"
        return _failing_rows(connection, partition, file_of, required_missing(entity), reason)
    if "misdated_rows" in columns:
        predicate = misdated(entity, f"date '{partition.day}'")
        return _failing_rows(connection, partition, file_of, predicate, f"{entity.day_column} is not {partition.day}")
    if {"broken_rows", "doubtful_rows"} & set(columns):
        severity = "error" if "broken_rows" in columns else "warn"
        rules = [rule for rule in row_rules(entity.name) if rule.severity == severity]
        found = [
            _failing_rows(connection, partition, file_of, rule.violation(), f"expected {rule.expected}")
            for rule in rules
        ]
        return [row for rows in found for row in rows]
    values = {name: control.as_row().get(name) for name in columns}
    return [{"partition": partition_subject(partition), "reason": f"expected {finding.expected}, found {values}"}]


def _failing_rows(
    connection: duckdb.DuckDBPyConnection, partition: LandedPartition, file_of: FileOf, predicate: str, reason: str
) -> list[dict[str, Any]]:
    """Keys and origin of the partition's current rows for which the SQL `predicate` holds, each with the `reason`."""
    entity = ENTITIES[partition.entity]
    keys = ", ".join(f'"{name}"' for name in entity.key)
    cursor = connection.execute(
        f"with live as ({live_rows(entity)}) select {keys}, source_file, source_row from live "
        f"where is_live and ({predicate}) order by source_file, source_row limit {MAX_FAILING_ROWS}",
        {"files": [str(file_of(partition))]},
    )
    names = [column[0] for column in cursor.description]
    return [{**dict(zip(names, row, strict=True)), "reason": reason} for row in cursor.fetchall()]

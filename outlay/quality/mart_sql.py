"""The rules of the marts as SQL over tables that are too large for Great Expectations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from outlay.quality.expectations import ROW_COUNT, Finding
from outlay.quality.rules import Rule
from outlay.quality.verdicts import FAILED, MAX_FAILING_ROWS, PASSED


def findings_by_sql(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rules: Sequence[Rule],
    *,
    rows: int,
    least_rows: int,
    primary_key: Sequence[str],
) -> list[Finding]:
    """What Great Expectations would have found: one pass over `table` for all rules, one more for each uniqueness."""
    key = ", ".join(f'"{column}"' for column in primary_key)
    row_rules = [rule for rule in rules if rule.kind != "unique"]
    counts = ", ".join(f"count(*) filter (where {rule.violation()})" for rule in row_rules)
    counted = connection.execute(f"select {counts or '0'} from {table}").fetchone() or ()
    is_enough = PASSED if rows >= least_rows else FAILED
    findings = [Finding(ROW_COUNT, None, is_enough, f"{rows} rows", f"{least_rows} rows or more")]
    for rule, count in zip(row_rules, counted, strict=False):
        query = f"select {key} from {table} where {rule.violation()} order by all limit {MAX_FAILING_ROWS}"
        findings.append(_counted(rule, count, select(connection, query) if count else [], rows))
    for rule in (rule for rule in rules if rule.kind == "unique"):
        columns = ", ".join(f'"{column}"' for column in rule.columns)
        repeated = f"select {columns} from {table} group by {columns} having count(*) > 1"
        found = select(connection, f"{repeated} order by all limit {MAX_FAILING_ROWS}")
        findings.append(_counted(rule, len(found), found, rows))
    return findings


def _counted(rule: Rule, count: int, found: list[dict[str, Any]], rows: int) -> Finding:
    at_least = "at least " if rule.kind == "unique" and count == MAX_FAILING_ROWS else ""
    observed = f"{at_least}{count} of {rows} rows break it"
    return Finding(rule.name, rule, FAILED if count else PASSED, observed, rule.expected, found)


def select(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of `query` as dicts by column name."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def quoted(path: Path) -> str:
    """A path inside a SQL string literal."""
    return path.as_posix().replace("'", "''")

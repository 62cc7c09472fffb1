"""Parquet files: typed columns written back as text in the source's own notation, nested ones by dotted path.

A list of named values, as GA4's `event_params`, gives the headings that the same rows give as JSON lines.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from outlay.sources.files.archives import UnreadableError
from outlay.sources.files.tables import VALUE_FIELDS, Table
from outlay.sources.quoting import literal, name

_NAMED_VALUES = 'STRUCT("key" VARCHAR, "value" STRUCT('


def read_parquet(path: Path, table: str, decimal: str, connection: duckdb.DuckDBPyConnection) -> Table | None:
    """The table in a Parquet file, None when it has no row. Raises UnreadableError when the file is broken."""
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        described = connection.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
        rows = connection.execute(f"select count(*) from {source}").fetchall()[0][0]
    except duckdb.Error as error:
        raise UnreadableError(f"is not a readable Parquet file ({str(error).splitlines()[0]})") from None
    if not rows:
        return None
    leaves = [
        leaf
        for column, kind, *_ in described
        for leaf in _named_values(column, kind, source, connection) or _leaves(column, name(column), kind, connection)
    ]
    cells = ", ".join(f"{_text(expression, kind, decimal)} as c{at}" for at, (_, expression, kind) in enumerate(leaves))
    return Table(
        table,
        tuple(heading for heading, _, _ in leaves),
        f"select file_row_number + 1 as _row, null::varchar as _flaw, null::varchar as _raw, {cells} "
        f"from {source} order by file_row_number",
        rows,
        is_typed=True,
    )


def _named_values(
    column: str, kind: str, source: str, connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, str, str]]:
    """(heading, SQL, type) of each name that a list of named values has anywhere; none for any other column."""
    if not (kind.startswith(_NAMED_VALUES) and kind.endswith("))[]")):
        return []
    fields = [field for field in VALUE_FIELDS if re.search(rf"\b{field} ", kind)]
    values = ", ".join(f"cast(one.value.{field} as varchar)" for field in fields)
    names = connection.execute(f"select distinct unnest({name(column)}).key as one from {source} order by one")
    return [
        (
            f"{column}.{one}",
            f"list_filter(list_transform({name(column)}, lambda one: "
            f"case when one.key = {literal(one)} then coalesce({values}, '') end), lambda one: one is not null)[-1]",
            "VARCHAR",
        )
        for (one,) in names.fetchall()
        if one is not None and fields
    ]


def _leaves(
    heading: str, expression: str, kind: str, connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, str, str]]:
    """(heading, SQL, type) of a column, or of the fields of a nested one."""
    if not kind.startswith("STRUCT(") or kind.endswith("]"):
        return [(heading, expression, kind)]
    fields = connection.execute(f"describe select unnest(cast(null as {kind}))").fetchall()
    return [
        leaf
        for field, inner, *_ in fields
        for leaf in _leaves(f"{heading}.{field}", f"struct_extract({expression}, {literal(field)})", inner, connection)
    ]


def _text(expression: str, kind: str, decimal: str) -> str:
    """SQL: a typed value as text. Instants become ISO in UTC, floats lose their exponent."""
    text = f"cast({expression} as varchar)"
    if kind.startswith("DECIMAL"):
        return f"replace({text}, '.', {literal(decimal)})"
    if kind in ("DOUBLE", "FLOAT"):
        plain = f"coalesce(cast(try_cast({expression} as decimal(38, 18)) as varchar), {text})"
        return f"replace(case when contains({text}, 'e') then {plain} else {text} end, '.', {literal(decimal)})"
    if kind.startswith("TIMESTAMP") and "ZONE" not in kind:
        return f"case when cast({expression} as time) = time '00:00' then {text}[:10] else {text} end"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(timezone('UTC', {expression}), '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.endswith("[]"):
        return f"cast(to_json({expression}) as varchar)" if "STRUCT(" in kind else f"array_to_string({expression}, '|')"
    if kind == "BLOB":
        return f"decode({expression})"
    return text

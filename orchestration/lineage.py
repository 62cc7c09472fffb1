"""Column lineage from the SQL that dbt compiled: for each column of each table, the columns it is made from.

The open-source Dagster UI shows which table depends on which, not which column on which; the API answers that from the
file that this writes. It is made anew only when the SQL has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

from orchestration.dbt import read_manifest
from outlay.durable import swap_in
from outlay.settings import DataFolder

DIALECT = "duckdb"
# Raised when the same SQL gives another document.
VERSION = 1
_LANDED = re.compile(r"/typed/(\w+)/")
_RUN_INPUT = re.compile(r"/run/(\w+)\.parquet")


def write_lineage(data: DataFolder) -> bool:
    """Brings `data.lineage` up to date with the compiled SQL; whether anything was written."""
    manifest = read_manifest()
    models = _compiled(manifest, data.warehouse.parent / "dbt" / "compiled")
    content = json.dumps([VERSION, sorted(models.items())]).encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    if not models or _written(data.lineage) == fingerprint:
        return False
    document = {"fingerprint": fingerprint, "tables": _tables(manifest, models)}
    swap_in(data.lineage, json.dumps(document, indent=1, ensure_ascii=False).encode())
    return True


def _written(path: Path) -> str | None:
    try:
        found: str = json.loads(path.read_bytes())["fingerprint"]
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return found


def _compiled(manifest: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Model -> its SQL as it was last compiled."""
    found = {}
    for node in manifest["nodes"].values():
        path = folder / "models" / node["path"]
        if node["resource_type"] == "model" and path.is_file():
            found[node["name"]] = path.read_text(encoding="utf-8")
    return found


def _tables(manifest: Mapping[str, Any], models: Mapping[str, str]) -> dict[str, Any]:
    nodes = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    sources = {node["name"]: node for node in manifest["sources"].values()}
    known = {**sources, **nodes}
    schema = {name: dict.fromkeys(node["columns"], "text") for name, node in known.items() if node["columns"]}
    tables = {name: _table(node, {}) for name, node in known.items()}
    for name, sql in models.items():
        tables[name] = _table(nodes[name], _origins(sql, nodes[name], schema))
    return tables


def _table(node: Mapping[str, Any], origins: Mapping[str, list[str]]) -> dict[str, Any]:
    columns = [
        {"column": name, "description": column.get("description") or None, "made_from": origins.get(name, [])}
        for name, column in node["columns"].items()
    ]
    tables = sorted({origin.rpartition(".")[0] for found in origins.values() for origin in found})
    return {"description": node["description"].strip() or None, "columns": columns, "tables": tables}


def _origins(sql: str, node: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, list[str]]:
    """Column -> `table.column` it is made from. What sqlglot cannot read has none: better than no answer."""
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT).transform(_named)
        tree = qualify(tree, schema=dict(schema), dialect=DIALECT, validate_qualify_columns=False)
        scope = build_scope(tree)
        return {
            column: _leaves(lineage(column, tree, scope=scope, dialect=DIALECT, trim_selects=False))
            for column in node["columns"]
        }
    except (SqlglotError, ValueError, RecursionError):
        return {}


def _named(node: exp.Expression) -> exp.Expression:
    """A table by its bare name; a file read from the landing zone by the entity it holds."""
    if not isinstance(node, exp.Table):
        return node
    text = node.sql(DIALECT)
    landed = _LANDED.search(text) or _RUN_INPUT.search(text)
    if landed and not isinstance(node.this, exp.Identifier):
        return exp.to_table(landed[1]).as_(node.alias or landed[1])
    node.set("db", None)
    node.set("catalog", None)
    return node


def _leaves(root: Node) -> list[str]:
    found = set()
    for node in root.walk():
        if not node.downstream and isinstance(node.expression, exp.Table):
            found.add(f"{node.expression.name}.{node.name.rpartition('.')[2]}")
    return sorted(found)

"""Column lineage from the SQL that dbt compiled: for each column of each table, the columns it is made from.

The open-source Dagster UI shows which table depends on which, not which column on which; the API answers that from the
file that this writes. It is made anew only when the SQL has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from graphlib import TopologicalSorter
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
from outlay.settings import DataFolder, Settings

DIALECT = "duckdb"
# Raised when the same SQL gives another document.
VERSION = 2
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
    tables = {name: _table(node, list(node["columns"]), {}) for name, node in {**sources, **nodes}.items()}
    # What a model selects is known only when all it reads is: its columns are those of its own SQL.
    schema = {name: list(node["columns"]) for name, node in sources.items()}
    above = {
        name: [parent.rpartition(".")[2] for parent in node["depends_on"]["nodes"] if parent.startswith("model.")]
        for name, node in nodes.items()
    }
    for name in TopologicalSorter(above).static_order():
        schema[name] = list(nodes[name]["columns"])
        if name in models:
            schema[name], origins = _origins(models[name], schema[name], schema)
            tables[name] = _table(nodes[name], schema[name], origins)
    return tables


def _table(node: Mapping[str, Any], names: list[str], origins: Mapping[str, list[str]]) -> dict[str, Any]:
    told = node["columns"]
    columns = [
        {
            "column": name,
            "description": told.get(name, {}).get("description") or None,
            "made_from": origins.get(name, []),
        }
        for name in names
    ]
    tables = sorted({origin.rpartition(".")[0] for found in origins.values() for origin in found})
    return {"description": node["description"].strip() or None, "columns": columns, "tables": tables}


def _origins(sql: str, columns: list[str], schema: Mapping[str, list[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """What the SQL selects (`columns` where that cannot be read), and the `table.column` each of it is made from."""
    known = {name: dict.fromkeys(found, "text") for name, found in schema.items() if found}
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT).transform(_named)
        tree = qualify(tree, schema=known, dialect=DIALECT, validate_qualify_columns=False)
        scope = build_scope(tree)
        origins = {
            column: _leaves(
                lineage(column, tree, schema=None, scope=scope, dialect=DIALECT, trim_selects=False, copy=False)
            )
            for column in tree.named_selects
        }
        return list(origins), origins
    except (SqlglotError, ValueError, RecursionError):
        return columns, {}


def _named(node: exp.Expression) -> exp.Expression:
    """A table by its bare name; a file read from the landing zone by the entity it holds."""
    if not isinstance(node, exp.Table):
        return node
    text = node.sql(DIALECT)
    landed = _LANDED.search(text) or _RUN_INPUT.search(text)
    if landed and not isinstance(node.this, exp.Identifier):
        return exp.alias_(exp.to_table(landed[1]), node.alias or landed[1], table=True)
    node.set("db", None)
    node.set("catalog", None)
    return node


def _leaves(root: Node) -> list[str]:
    found = set()
    for node in root.walk():
        if not node.downstream and isinstance(node.expression, exp.Table):
            column = node.name.rpartition(".")[2].strip('"')
            found.add(f"{node.expression.name}.{column}")
    return sorted(found)


if __name__ == "__main__":
    write_lineage(Settings().data_folder)

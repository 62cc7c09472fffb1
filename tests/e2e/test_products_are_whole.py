"""DuckDB gives the product of two 64-bit DECIMALs 64 bits, and breaks the run where a value needs more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from tests.e2e.conftest import Place

_NARROW = 18  # digits of a 64-bit DECIMAL


def test_no_product_of_two_figures_is_cut_to_64_bits(ran_at_once: Place) -> None:
    """As DuckDB binds the compiled SQL; a constant or a whole number beside a figure may stay narrow."""
    warehouse = ran_at_once.data / "warehouse"
    compiled = sorted((warehouse / "dbt" / "compiled" / "models").rglob("*.sql"))
    planned, cut = 0, set()
    with duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True) as connection:
        for file in compiled:
            plan = _plan(connection, file.read_text(encoding="utf-8"))
            if plan["error"]:
                continue
            planned += 1
            cut |= {f"{file.stem}: {product}" for product in _narrow_products(plan)}
    assert planned > 200
    assert not cut


def test_a_product_that_is_cut_is_found() -> None:
    figures = "from (values (1.5::decimal(18, 2), 2.25::decimal(9, 6))) as figures (amount, rate)"
    with duckdb.connect() as connection:
        cut = _plan(connection, f"select amount * rate {figures}")
        whole = _plan(connection, f"select amount::decimal(28, 2) * rate {figures}")
    assert list(_narrow_products(cut)) == ["amount (scale 2) * ? (scale 6)"]
    assert not list(_narrow_products(whole))


def _plan(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    query = "select json_serialize_plan(?, skip_null := true, skip_empty := true)"
    (told,) = connection.execute(query, [sql]).fetchone()
    return json.loads(told)


def _narrow_products(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for part in plan:
            yield from _narrow_products(part)
    elif isinstance(plan, dict):
        factors = plan.get("children", [])
        if plan.get("name") == "*" and len(factors) == 2:
            digits, scales = _digits(plan), [_scale(factor) for factor in factors]
            if digits == _NARROW and all(scales) and all(_varies(factor) for factor in factors):
                yield " * ".join(f"{factor.get('alias', '?')} (scale {_scale(factor)})" for factor in factors)
        for part in plan.values():
            yield from _narrow_products(part)


def _digits(expression: dict[str, Any]) -> int | None:
    kind = expression.get("return_type", {})
    return kind.get("type_info", {}).get("width") if kind.get("id") == "DECIMAL" else None


def _scale(expression: dict[str, Any]) -> int:
    return expression.get("return_type", {}).get("type_info", {}).get("scale") or 0


def _varies(expression: Any) -> bool:
    """Whether a column is in it."""
    if isinstance(expression, list):
        return any(_varies(part) for part in expression)
    if not isinstance(expression, dict):
        return False
    if expression.get("expression_class") in ("BOUND_REF", "BOUND_COLUMN_REF"):
        return True
    return any(_varies(part) for part in expression.values())

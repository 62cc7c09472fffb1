"""dbt in process on a test's landing zone, with a manifest parsed once a test run, as production does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).parents[2] / "dbt_project"


def build(landing: Path, warehouse: Path, *arguments: str, command: str = "build") -> dbtRunnerResult:
    """Runs a dbt command (default `build`) with further `arguments`, for instance `"--select", "+spend_daily"`.

    Raises AssertionError with the message of every node that failed.
    """
    result = attempt(landing, warehouse, *arguments, command=command)
    if not result.success:
        raise AssertionError("\n\n".join(failures(result)) or str(result.exception))
    return result


def attempt(landing: Path, warehouse: Path, *arguments: str, command: str = "build") -> dbtRunnerResult:
    """As `build`, for tests that expect failures: nothing is raised."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with _environment(warehouse):
        runner = dbtRunner(manifest=Manifest.from_msgpack(parsed_manifest()))
        variables = f'{{"landing": "{landing}"}}'
        return runner.invoke([command, *_flags(warehouse.parent), "--vars", variables, *arguments])


def failures(result: dbtRunnerResult) -> list[str]:
    """`node: message` of everything that did not succeed, without dbt's trace through its macros."""
    nodes: Any = result.result or ()
    failed = [node for node in nodes if str(node.status) in ("error", "fail", "runtime error")]
    return [f"{node.node.name}: {str(node.message).partition('> in macro')[0].strip()}" for node in failed]


def compiled(inline: str, landing: Path, warehouse: Path) -> str:
    """The SQL of a template, its macros rendered."""
    (result,) = build(landing, warehouse, "--inline", inline, command="compile").result or ()
    return str(result.node.compiled_code)


def rows(warehouse: Path, sql: str) -> list[dict[str, Any]]:
    """The rows of a query on the built warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@lru_cache(maxsize=1)
def parsed_manifest() -> bytes:
    """The project's manifest, parsed once: locations are no part of it."""
    with tempfile.TemporaryDirectory() as folder, _environment(Path(folder) / "warehouse.duckdb"):
        result = dbtRunner().invoke(["parse", *_flags(Path(folder)), "--no-partial-parse"])
        if not result.success or not isinstance(result.result, Manifest):
            raise AssertionError(f"dbt cannot parse the project: {result.exception}")
        return result.result.to_msgpack()


def _flags(folder: Path) -> list[str]:
    places = {"--project-dir": PROJECT, "--profiles-dir": PROJECT, "--target-path": folder / "target"}
    return [*(str(part) for place in places.items() for part in place), "--log-level-file", "none", "--quiet"]


@contextmanager
def _environment(warehouse: Path) -> Iterator[None]:
    """Points dbt at the warehouse, and lets go of its file afterwards: dbt keeps it open for the whole process."""
    before = os.environ.get("OUTLAY_WAREHOUSE")
    os.environ["OUTLAY_WAREHOUSE"] = str(warehouse)
    try:
        yield
    finally:
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["OUTLAY_WAREHOUSE"]
        else:
            os.environ["OUTLAY_WAREHOUSE"] = before

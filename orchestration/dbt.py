"""dbt inside this process: the manifest parsed once, one invocation a build, results as plain records.

The subprocess route costs seconds for a hidden `dbt --version` and parses again when `--vars` change; a manifest that
is handed over is used as it is, and `--vars` still count in SQL.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from orchestration.progress import report
from outlay import decisions
from outlay.garbage import no_collection, set_aside
from outlay.settings import PROJECT_ROOT, DataFolder

PROJECT = PROJECT_ROOT / "dbt_project"
TARGET = PROJECT / "target" / "daily"  # apart from target/, where dbt called by hand writes what it parsed
MANIFEST = TARGET / "manifest.json"
PARSED = TARGET / "partial_parse.msgpack"
MODEL_FOLDERS = (PROJECT_ROOT / "models", PROJECT / "macros", PROJECT / "tests", PROJECT / "seeds")

_prepared: tuple[int, Any] | None = None  # when the manifest was parsed, and the manifest


class DbtError(Exception):
    """dbt could not do what was asked; the message is dbt's own."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model or test of a build."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    message: str
    failures: int | None
    seconds: float
    sql: str | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        return self.status in ("success", "pass", "warn", "no-op")


def manifest_is_current() -> bool:
    """Whether the parsed manifest is younger than every file it was parsed from."""
    if not (MANIFEST.exists() and PARSED.exists()):
        return False
    parsed_at = min(MANIFEST.stat().st_mtime_ns, PARSED.stat().st_mtime_ns)
    sources = [path for folder in MODEL_FOLDERS for path in folder.rglob("*") if path.is_file()]
    sources += [PROJECT / "dbt_project.yml", PROJECT / "profiles.yml"]
    return all(path.stat().st_mtime_ns <= parsed_at for path in sources)


def parse_manifest() -> None:
    """`dbt parse`: writes the manifest that definitions and builds read."""
    # The stem of the file becomes the name of the database in every statement: never that of another file.
    os.environ["OUTLAY_WAREHOUSE"] = str(TARGET / "warehouse.duckdb")
    os.environ["OUTLAY_METRICS"] = "off"  # its view is for those who ask MetricFlow, not for every run
    started = time.time_ns()
    result = _parse()
    if result.exception is not None and PARSED.exists():
        # What dbt remembers of the last parse trips it where a description has moved to another file since.
        PARSED.unlink()
        result = _parse()
    _raise_for(result)
    # Where files were touched and say the same, dbt leaves what it parsed as it was: as young as this reading of them.
    for path in (MANIFEST, PARSED):
        os.utime(path, ns=(started, started))


def _parse() -> Any:
    from dbt.cli.main import dbtRunner

    return dbtRunner().invoke([*_global_flags(), "parse", *_project_flags(), "--target-path", str(TARGET)])


def prepare_build() -> None:
    """Take on ahead what the next build here would spend seconds on: the manifest, and what Python models import."""
    global _prepared
    with no_collection():
        for module in pkgutil.iter_modules(decisions.__path__, f"{decisions.__name__}."):
            importlib.import_module(module.name)
        _prepared = (PARSED.stat().st_mtime_ns, _parsed_manifest())
    set_aside()


def _take_manifest() -> Any:
    """One for each invocation: a build writes what it compiled into the manifest it was given."""
    global _prepared
    prepared, _prepared = _prepared, None
    if prepared is not None and prepared[0] == PARSED.stat().st_mtime_ns:
        return prepared[1]
    return _parsed_manifest()


def _parsed_manifest() -> Any:
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(PARSED.read_bytes())  # type: ignore[attr-defined]
    manifest.build_flat_graph()
    return manifest


def build(
    data: DataFolder,
    *,
    select: Sequence[str] = (),
    full_refresh: bool = False,
    nodes: int = 0,
) -> list[NodeResult]:
    """`dbt build` of the warehouse in `data`. A failed test is a result; a broken call is a DbtError.

    Every finished node is reported as one of `nodes` (0: not known how many there are).
    """
    from dbt.cli.main import dbtRunner

    data.warehouse.parent.mkdir(parents=True, exist_ok=True)
    os.environ["OUTLAY_WAREHOUSE"] = str(data.warehouse)

    finished = count(1)

    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished":
            report(f"dbt {event.data.node_info.node_name}", next(finished), nodes)

    runner = dbtRunner(manifest=_take_manifest(), callbacks=[listen])
    arguments = [
        *_global_flags(),
        "--no-write-json",
        "build",
        *_project_flags(),
        "--vars",
        json.dumps({"landing": str(data.landing)}),
        "--target-path",
        str(data.warehouse.parent / "dbt"),
        # Tests are named with everything else, whatever they ask of; leaving out views must leave out none of theirs.
        "--indirect-selection",
        "buildable" if select else "empty",
        # Unit tests speak about the SQL, not about the data: the test suite runs them.
        "--exclude-resource-type",
        "unit_test",
        # A view holds no data: it stands as the last full build, which any change of SQL brings about, made it.
        *(["--full-refresh"] if full_refresh else ["--exclude", "config.materialized:view"]),
        *(["--select", *select] if select else []),
    ]
    try:
        result = runner.invoke(arguments)
        _raise_for(result)
    finally:
        _release_warehouse()
    return [_node_result(item) for item in result.result.results]


def _node_result(item: Any) -> NodeResult:
    return NodeResult(
        unique_id=item.node.unique_id,
        name=item.node.name,
        resource_type=str(item.node.resource_type),
        status=str(item.status),
        message=item.message or "",
        failures=item.failures,
        seconds=round(item.execution_time, 3),
        sql=getattr(item.node, "compiled_code", None),
    )


def _global_flags() -> list[str]:
    return ["--quiet", "--no-use-colors", "--log-level", "none", "--log-level-file", "none"]


def _project_flags() -> list[str]:
    return ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]


def _raise_for(result: Any) -> None:
    """Failed nodes are results; anything else that went wrong is raised in dbt's own words."""
    if result.exception is not None:
        raise DbtError(str(result.exception)) from result.exception


def _release_warehouse() -> None:
    """dbt keeps its read-write handle for the next invocation; the export opens the file on its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def read_manifest() -> dict[str, Any]:
    """The parsed manifest as dagster-dbt takes it."""
    if not MANIFEST.exists():
        raise DbtError(f"{MANIFEST} is missing: run `make manifest` (or `outlay run`, which parses when needed)")
    loaded: dict[str, Any] = json.loads(Path(MANIFEST).read_text(encoding="utf-8"))
    return loaded


if __name__ == "__main__" and not manifest_is_current():
    parse_manifest()

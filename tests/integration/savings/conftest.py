"""The small company, built once for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.savings.small_company import AS_OF, COMPANY
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `landing` and `warehouse.duckdb`; the project's own tests have passed on it."""
    folder = tmp_path_factory.mktemp("savings")
    write_landing(folder / "landing", COMPANY, as_of=AS_OF)
    selection = (
        "--select",
        "+vendor_scorecards",
        "+savings_targets",
        "+savings_detectors",
        "--indirect-selection",
        "buildable",
    )
    build(folder / "landing", folder / "warehouse.duckdb", *selection, "--exclude-resource-type", "unit_test")
    return folder


@pytest.fixture(scope="session")
def query(built: Path) -> Query:
    """Rows of a query on the small company's warehouse."""
    return lambda sql: rows(built / "warehouse.duckdb", sql)

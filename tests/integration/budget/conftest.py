"""The company of this room, built once for all its tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.budget.small_company import COMPANY, SETTINGS
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

Query = Callable[[str], list[dict[str, Any]]]
SELECTED = ("--select", "+marts.spend", "+marts.budget", "+marts.dimensions", "tests.budget")


@pytest.fixture(scope="session")
def query(tmp_path_factory: pytest.TempPathFactory) -> Query:
    """Rows of a query on the built company; the project's own tests of spend and budget have passed on it."""
    folder: Path = tmp_path_factory.mktemp("budget_company")
    write_landing(folder / "landing", COMPANY, **SETTINGS)
    arguments = (*SELECTED, "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test")
    build(folder / "landing", folder / "warehouse.duckdb", *arguments)
    return lambda sql: rows(folder / "warehouse.duckdb", sql)

"""The small company, built once for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.spend.small_company import COMPANY, SETTINGS
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `landing` and the built `warehouse.duckdb`; the project's own tests have passed on it."""
    folder = tmp_path_factory.mktemp("small_company")
    write_landing(folder / "landing", COMPANY, **SETTINGS)
    build(folder / "landing", folder / "warehouse.duckdb", "--exclude-resource-type", "unit_test")
    return folder


@pytest.fixture(scope="session")
def query(small_company: Path) -> Query:
    """Rows of a query on the small company's warehouse."""
    return lambda sql: rows(small_company / "warehouse.duckdb", sql)

"""The small company's books, reconciled once for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.reconciliation.small_books import AS_OF, small_books
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

Query = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built `warehouse.duckdb`; the tests beside the models have passed on it."""
    folder = tmp_path_factory.mktemp("small_books")
    write_landing(folder / "landing", small_books(), as_of=AS_OF)
    build(folder / "landing", folder / "warehouse.duckdb", "--select", "+reconciliation_summaries", "+vendors",
          "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")  # fmt: skip
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="session")
def query(small: Path) -> Query:
    return lambda sql: rows(small, sql)

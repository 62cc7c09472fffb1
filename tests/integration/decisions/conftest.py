"""The small company, built once for what is asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.decisions.small_company import AS_OF, company
from tests.support.dbt_runs import build
from tests.support.landing import write_landing


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `landing` and `warehouse.duckdb`."""
    folder = tmp_path_factory.mktemp("decisions")
    settings = {"default_gross_margin": "0.4", "headline_model": "linear"}
    write_landing(folder / "landing", company(), as_of=AS_OF.isoformat(), **settings)
    selection = ("+marts.roi", "+response_curves", "+allocation_recommendations", "+customer_lifetime_values")
    build(folder / "landing", folder / "warehouse.duckdb", "--select", *selection, "--indirect-selection", "cautious",
          "--exclude-resource-type", "unit_test")  # fmt: skip
    return folder

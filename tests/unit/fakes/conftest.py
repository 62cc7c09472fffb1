"""The fake server with a small company of its own for every test, and a sample company landed from files."""

from datetime import date
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.landing import land
from outlay.sample import write_sample
from tests.fakes.data import AD_PLATFORMS
from tests.fakes.fixtures import fake, fake_process

__all__ = ["fake", "fake_process", "sample"]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six days of the sample company; what comes from platforms and the bank is landed from files in `landing`."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, days=6, scale=0.05, start=date(2026, 1, 28))
    company = read_company(folder)
    for name in (*AD_PLATFORMS, "ecb", "treasury_rates", "campaigns"):
        land(company.sources[name], company, folder / "landing", as_of=date(2026, 2, 2))
    return folder

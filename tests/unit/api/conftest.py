"""The small marts as a snapshot, made once."""

from __future__ import annotations

import pytest

from outlay.api.snapshot import Snapshot, load
from outlay.company import read_company
from tests.support.api_marts import publish_marts, write_company


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("snapshot")
    version = publish_marts(folder)
    return load(version, read_company(write_company(folder / "company")))

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.onboarding.starting import Start


@pytest.fixture
def start(tmp_path: Path) -> Start:
    (tmp_path / "acme").mkdir()
    return Start(tmp_path / "acme")

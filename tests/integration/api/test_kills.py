"""The server dies at any moment; nothing that was acknowledged is lost, nothing is booked twice.

OUTLAY_KILLS=100 kills it a hundred times.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from outlay.spend_store.backup import inspect
from tests.support.api_server import api_server
from tests.support.api_writers import kill_under_writers

KILLS = int(os.environ.get("OUTLAY_KILLS", "10"))


@pytest.mark.slow
def test_kills_under_four_writers_lose_nothing_and_double_nothing(tmp_path: Path, store_url: str) -> None:
    with api_server(tmp_path / "api", store_url) as server:
        tally = kill_under_writers(server, KILLS, seed=7)
    print(f"\n{store_url.partition(':')[0]}: {KILLS} kills: {tally}")
    assert (tally.lost, tally.doubled, tally.changed) == (0, 0, 0)
    assert tally.acknowledged > KILLS
    facts = inspect(store_url)
    assert facts.problem is None
    assert facts.rows["spend_records"] == tally.acknowledged

"""Everything that can go wrong at a platform, at random: a run ends right, or it stops and says what to do."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.faults import NAMES
from tests.integration.fetched.conftest import Before
from tests.integration.fetched.faulty import check

_LEDGERS = ("netsuite", "quickbooks")
# Lists are asked in every tenth run besides.
_LISTS, _EVERY = "lists", 10


def test_with_faults_at_random_nothing_wrong_is_landed(landed_before: Callable[[str], Before], tmp_path: Path) -> None:
    _run(range(12), landed_before, tmp_path)


@pytest.mark.scale
def test_two_hundred_runs_land_nothing_wrong(landed_before: Callable[[str], Before], tmp_path: Path) -> None:
    outcomes, fired = _run(range(1000, 1200), landed_before, tmp_path)
    print(f"\n{dict(outcomes)}\n{dict(fired)}")
    assert set(fired) == set(NAMES)
    assert outcomes["runs"] == 220  # 20 of them of lists
    assert min(outcomes["equal"], outcomes["stopped"], outcomes["refused"]) > 0


def _run(seeds: range, landed_before: Callable[[str], Before], folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How the sources of all runs ended, and how often which fault was shown."""
    companies = {which: landed_before(which) for which in (*_LEDGERS, _LISTS)}
    for _, before, right in companies.values():
        # Else a run that replaces nothing would look like one that is right.
        assert [name for name in right if not right[name] or right[name] == before[name]] == []
    outcomes: Counter[str] = Counter()
    fired: Counter[str] = Counter()
    for seed in seeds:
        for which in (_LEDGERS[seed % 2], *([_LISTS] if seed % _EVERY == 0 else [])):
            company, before, right = companies[which]
            mine = company.copied(folder / f"seed-{seed}")
            outcomes += check(mine, seed, before, right, fired)
            shutil.rmtree(mine.folder)
    return outcomes, fired

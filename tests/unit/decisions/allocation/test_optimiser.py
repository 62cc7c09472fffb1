"""The optimiser against every combination of grid points, tried one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from outlay.decisions.allocation.optimiser import Coupling, at, most_value, path
from outlay.decisions.response.curves import Floats


def grids(channels: int, points: int, seed: int) -> tuple[Floats, Floats]:
    """Concave, S-shaped and linear values on grids of different widths."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0, 1, points) * rng.uniform(20, 60, (channels, 1))
    x = grid / grid[:, -1:]
    kinds = [np.sqrt(x), x**3 / (x**3 + 0.1), x]
    values = np.stack([kinds[place % 3][place] for place in range(channels)]) * rng.uniform(5, 15, (channels, 1))
    return grid, values


def tried(grid: Floats, values: Floats, budget: float, coupling: Coupling | None = None) -> float:
    """The greatest value of all combinations that do not cost more."""
    best = -np.inf
    for picks in product(range(grid.shape[1]), repeat=len(grid)):
        spend = grid[range(len(grid)), picks]
        if spend.sum() <= budget and (coupling is None or coupling.allows(spend)):
            best = max(best, float(values[range(len(grid)), picks].sum()))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_as_good_as_any_combination(seed: int) -> None:
    grid, values = grids(4, 13, seed)
    budget = 0.45 * grid[:, -1].sum()
    found = most_value(grid, values, budget)
    assert found is not None
    assert found.sum() == pytest.approx(budget)
    assert ((found >= grid[:, 0] - 1e-9) & (found <= grid[:, -1] + 1e-9)).all()
    assert at(grid, values, found).sum() >= 0.97 * tried(grid, values, budget)


@pytest.mark.parametrize("seed", range(4))
def test_limits_that_couple_channels(seed: int) -> None:
    grid, values = grids(4, 11, seed)
    budget = 0.5 * grid[:, -1].sum()
    group = np.array([[1.0, 1, 0, 0]])
    coupling = Coupling(group, np.array([0.1 * budget]), np.array([0.3 * budget]))
    found = most_value(grid, values, budget, coupling)
    assert found is not None
    assert found.sum() == pytest.approx(budget)
    assert coupling.allows(found)
    assert at(grid, values, found).sum() >= 0.97 * tried(grid, values, budget, coupling)


def test_no_room_for_the_budget() -> None:
    grid, values = grids(3, 5, 1)
    assert most_value(grid, values, 2 * grid[:, -1].sum()) is None
    tight = Coupling(np.ones((1, 3)), np.zeros(1), np.array([0.2 * grid[:, -1].sum()]))
    assert most_value(grid, values, 0.5 * grid[:, -1].sum(), tight) is None


def test_a_path_is_best_for_each_of_its_totals() -> None:
    grid, values = grids(3, 9, 2)
    plans = path(grid, values)
    totals = plans.sum(axis=1)
    assert (np.diff(totals) <= 1e-9).all()
    for plan in plans[:: len(plans) // 6]:
        assert at(grid, values, plan).sum() == pytest.approx(tried(grid, values, plan.sum() + 1e-9))

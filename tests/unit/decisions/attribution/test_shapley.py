"""Shapley values against the definition: every order in which members may join."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.attribution import shapley
from outlay.decisions.attribution.shapley import Game, subset_sums, superset_sums

GAMES: tuple[Game, ...] = ("subset_sum", "rate")


def random_journeys(rng: np.random.Generator, count: int, sets: int) -> pd.DataFrame:
    masks = rng.choice(1 << count, min(sets, 1 << count), replace=False)
    journeys = rng.integers(1, 200, len(masks))
    return pd.DataFrame(
        {"members_mask": masks, "journeys": journeys, "conversions": rng.binomial(journeys, rng.uniform(0, 0.3))}
    )


def worth(journeys: pd.DataFrame, joined: int, game: Game) -> float:
    inside = journeys[(journeys["members_mask"] & ~joined) == 0]
    won, seen = inside["conversions"].sum(), inside["journeys"].sum()
    if game == "rate":
        return float(won / seen) if seen else 0.0
    return float(won)


def by_every_order(journeys: pd.DataFrame, count: int, game: Game) -> list[float]:
    values, orders = [0.0] * count, list(permutations(range(count)))
    for order in orders:
        joined = 0
        for member in order:
            before = worth(journeys, joined, game)
            joined |= 1 << member
            values[member] += (worth(journeys, joined, game) - before) / len(orders)
    return values


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(("count", "sets"), [(1, 2), (2, 3), (4, 9), (5, 32)])
def test_values_are_the_mean_over_every_order_of_joining(game: Game, count: int, sets: int) -> None:
    journeys = random_journeys(np.random.default_rng(count), count, sets)
    found = shapley(journeys, [f"m{bit}" for bit in range(count)], game=game)
    np.testing.assert_allclose(found["effect"], by_every_order(journeys, count, game), rtol=0, atol=1e-12)
    assert found["share"].sum() == pytest.approx(1)


def test_the_subset_sum_game_is_linear_over_distinct_members() -> None:
    """So 20 members have a closed form: a set's conversions in equal parts."""
    count = 20
    journeys = random_journeys(np.random.default_rng(0), count, 500)
    found = shapley(journeys, [str(bit) for bit in range(count)], game="subset_sum", errors=False)
    mask = journeys["members_mask"].to_numpy()
    size = np.maximum(np.bitwise_count(mask), 1)
    expected = [(journeys["conversions"] * (mask >> bit & 1) / size).sum() for bit in range(count)]
    np.testing.assert_allclose(found["effect"], expected, rtol=1e-12)


@pytest.mark.parametrize("game", GAMES)
def test_six_members_of_one_journey_share_alike_whatever_their_names(game: Game) -> None:
    journeys = pd.DataFrame({"members_mask": [0b111111], "journeys": [1000], "conversions": [1000]})
    found = shapley(journeys, list("ABCDEF"), game=game)
    np.testing.assert_allclose(found["share"], 1 / 6, rtol=1e-12)


def test_the_rate_game_may_hold_a_member_to_do_harm() -> None:
    journeys = pd.DataFrame({"members_mask": [1, 2], "journeys": [10, 10], "conversions": [5, 0]})
    found = shapley(journeys, ["a", "b"]).set_index("member")["effect"]
    assert found["a"] == pytest.approx(0.375)  # 1/2 alone, 1/4 after b: half of each
    assert found["b"] == pytest.approx(-0.125)


def test_conversions_of_nobody_lift_no_value() -> None:
    journeys = pd.DataFrame({"members_mask": [0, 1], "journeys": [10, 10], "conversions": [2, 6]})
    assert shapley(journeys, ["a"], game="subset_sum")["effect"].tolist() == [6]
    assert shapley(journeys, ["a"], game="rate")["effect"].tolist() == pytest.approx([0.4 - 0.2])


def test_sums_over_subsets_and_supersets() -> None:
    of = np.array([1.0, 2.0, 4.0, 8.0])
    assert subset_sums(of).tolist() == [1, 3, 5, 15]
    assert superset_sums(of).tolist() == [15, 10, 12, 8]


@pytest.mark.parametrize("game", GAMES)
def test_standard_errors_are_how_far_shares_scatter(game: Game) -> None:
    rng = np.random.default_rng(1)
    journeys = (
        random_journeys(rng, 3, 8).query("members_mask > 0").assign(journeys=lambda frame: frame["journeys"] * 20)
    )
    chance = 0.03 + 0.09 * np.bitwise_count(journeys["members_mask"].to_numpy())
    journeys["conversions"] = np.rint(journeys["journeys"] * chance).astype(int)
    shares = []
    for _ in range(300):
        seen = rng.poisson(journeys["journeys"])
        drawn = journeys.assign(journeys=seen, conversions=rng.binomial(seen, chance))
        shares.append(shapley(drawn, list("abc"), game=game, errors=False)["share"].to_numpy())
    found = shapley(journeys, list("abc"), game=game)
    np.testing.assert_allclose(found["standard_error"], np.std(shares, axis=0), rtol=0.2)


def test_what_cannot_be_solved_exactly_or_is_no_count_is_refused() -> None:
    journeys = pd.DataFrame({"members_mask": [2], "journeys": [1], "conversions": [2]})
    with pytest.raises(ValueError, match="21 members"):
        shapley(journeys, [str(bit) for bit in range(21)])
    with pytest.raises(ValueError, match="beyond the 1 members"):
        shapley(journeys, ["a"])
    with pytest.raises(ValueError, match="more conversions than journeys"):
        shapley(journeys, ["a", "b"])

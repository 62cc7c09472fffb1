"""Removal effects against chains solved by hand, and against one dense solution for each member removed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.attribution import CONVERSION, NULL, START, markov


def transitions(*rows: tuple[object, ...]) -> pd.DataFrame:
    order = len(rows[0]) - 2
    return pd.DataFrame(rows, columns=[*(f"from_{place + 1}" for place in range(order)), "to", "transitions"])


def random_chain(rng: np.random.Generator, count: int, order: int) -> pd.DataFrame:
    """Journeys walked through members at random, with repeats; counted."""
    names = [f"c{number:03d}" for number in range(count)]
    draws = rng.dirichlet(np.full(count, 0.5), count + 1)
    wins = rng.uniform(0.0, 0.06, count)
    counts: dict[tuple[str, ...], int] = {}
    for _ in range(20 * count):
        state, now = (START,) * order, count
        while True:
            if now < count and rng.random() < 0.2:
                to = CONVERSION if rng.random() < wins[now] * 5 else NULL
            else:
                now = int(rng.choice(count, p=draws[now]))
                to = names[now]
            counts[(*state, to)] = counts.get((*state, to), 0) + 1
            if to in (CONVERSION, NULL):
                break
            state = (*state[1:], to)
    return transitions(*((*key, number) for key, number in counts.items()))


def solved_without(chain: pd.DataFrame, order: int, removed: str | None) -> float:
    """The chance to convert where reaching `removed` loses the journey: the remaining chain, solved afresh."""
    rows = list(chain.itertuples(index=False, name=None))
    states = sorted({row[:order] for row in rows if row[order - 1] != removed})
    place = {state: number for number, state in enumerate(states)}
    inner, won = np.zeros((len(states), len(states))), np.zeros(len(states))
    leaving: dict[tuple[str, ...], int] = {}
    for row in rows:
        leaving[row[:order]] = leaving.get(row[:order], 0) + row[-1]
    for *history, to, number in rows:
        state = tuple(history)
        if state not in place:
            continue
        onward = (*state[1:], to)
        if to == CONVERSION:
            won[place[state]] += number / leaving[state]
        elif onward in place:
            inner[place[state], place[onward]] += number / leaving[state]
    return float(np.linalg.solve(np.eye(len(states)) - inner, won)[place[(START,) * order]])


@pytest.mark.parametrize(("order", "count"), [(1, 3), (1, 12), (1, 60), (2, 3), (2, 12)])
def test_every_removal_agrees_with_the_chain_solved_without_the_member(order: int, count: int) -> None:
    chain = random_chain(np.random.default_rng(count), count, order)
    found = markov(chain, order=order)
    whole = solved_without(chain, order, None)
    expected = [1 - solved_without(chain, order, member) / whole for member in found["member"]]
    np.testing.assert_allclose(found["effect"], expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["share"], np.array(expected) / sum(expected), rtol=0, atol=1e-12)


def test_hundreds_of_campaigns_agree_as_well() -> None:
    chain = random_chain(np.random.default_rng(7), 200, 1)
    found = markov(chain).set_index("member")
    whole = solved_without(chain, 1, None)
    for member in found.index[::67]:
        assert found.loc[member, "effect"] == pytest.approx(1 - solved_without(chain, 1, member) / whole, abs=1e-12)


def test_two_channels_by_hand() -> None:
    # Of those who meet a, half convert; the others go on to b, where half do: 3/4 in all, 1/2 without b, 0 without a.
    found = markov(
        transitions((START, "a", 8), ("a", CONVERSION, 4), ("a", "b", 4), ("b", CONVERSION, 2), ("b", NULL, 2))
    )
    assert found["member"].tolist() == ["a", "b"]
    assert found["effect"].tolist() == pytest.approx([1, 1 / 3], abs=1e-15)
    assert found["share"].tolist() == pytest.approx([3 / 4, 1 / 4], abs=1e-15)


def test_order_two_knows_where_a_journey_came_from() -> None:
    # b converts after a, never at the start: order 1 would mix the two.
    found = markov(
        transitions(
            (START, START, "a", 10), (START, START, "b", 10), (START, "a", "b", 10),
            (START, "b", NULL, 10), ("a", "b", CONVERSION, 10),
        ),
        order=2,
    )  # fmt: skip
    assert found["effect"].tolist() == pytest.approx([1, 1], abs=1e-15)


def test_repeats_of_a_channel_change_nothing_in_order_one() -> None:
    plain = markov(transitions((START, "a", 9), ("a", "b", 6), ("a", NULL, 3), ("b", CONVERSION, 2), ("b", NULL, 4)))
    looped = markov(
        transitions(
            (START, "a", 9), ("a", "a", 5), ("a", "b", 6), ("a", NULL, 3),
            ("b", "b", 7), ("b", CONVERSION, 2), ("b", NULL, 4),
        )
    )  # fmt: skip
    np.testing.assert_allclose(looped["effect"], plain["effect"], rtol=0, atol=1e-15)


def test_journeys_that_did_not_convert_count() -> None:
    won = [(START, "a", 5), (START, "b", 5), ("a", CONVERSION, 5), ("b", CONVERSION, 5)]
    assert markov(transitions(*won))["share"].tolist() == pytest.approx([0.5, 0.5])
    # With 30 more journeys that b lost, 3 of them after a: 5 of 8 convert at a, 1 of 7 at b.
    lost = [
        (START, "a", 8),
        (START, "b", 32),
        ("a", CONVERSION, 5),
        ("a", "b", 3),
        ("b", CONVERSION, 5),
        ("b", NULL, 30),
    ]
    at_a, at_b = 5 / 8 + 3 / 8 / 7, 1 / 7
    whole = 0.2 * at_a + 0.8 * at_b
    expected = [0.2 * at_a / whole, 1 - 0.2 * 5 / 8 / whole]
    assert markov(transitions(*lost))["effect"].tolist() == pytest.approx(expected, abs=1e-14)


def test_conversions_without_any_touch_are_nobodys() -> None:
    found = markov(transitions((START, CONVERSION, 5), (START, "a", 5), ("a", CONVERSION, 5)))
    assert found["effect"].tolist() == pytest.approx([0.5])


def test_without_conversions_nobody_has_a_share() -> None:
    found = markov(transitions((START, "a", 5), ("a", NULL, 5)))
    assert found[["effect", "share", "standard_error"]].to_numpy().tolist() == [[0, 0, 0]]


def test_standard_errors_are_how_far_shares_scatter() -> None:
    rng = np.random.default_rng(3)
    chain = random_chain(rng, 5, 1)
    source = chain.groupby("from_1")["transitions"]
    share, total = chain["transitions"] / source.transform("sum"), source.transform("sum")
    shares = []
    for _ in range(150):
        counts = pd.Series(0, chain.index)
        for _, rows in chain.groupby("from_1"):
            counts[rows.index] = rng.multinomial(total[rows.index[0]], share[rows.index])
        drawn = chain.assign(transitions=counts)
        shares.append(markov(drawn[counts > 0], errors=False)["share"].to_numpy())
    np.testing.assert_allclose(markov(chain)["standard_error"], np.std(shares, axis=0), rtol=0.25)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(START, "a", 5)], "nothing leads on from a"),
        ([("a", NULL, 5)], "no journey starts"),
        ([(START, "a", 0), ("a", NULL, 1)], "counted from 1"),
    ],
)
def test_a_chain_that_is_none_is_refused(rows: list[tuple[object, ...]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        markov(transitions(*rows))


def test_columns_of_the_order_are_needed() -> None:
    with pytest.raises(ValueError, match="lack from_2"):
        markov(transitions((START, "a", 5), ("a", NULL, 5)), order=2)

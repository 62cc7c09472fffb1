"""Exact Shapley values of up to 20 members, from journeys counted by the set of members they met.

The value of member i is the mean, over all orders in which members may join, of what i adds to those before it:
sum over sets S without i of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S)) (Shapley, A value for n-person games, 1953).
A set is a bit mask; arrays over sets have the shape (2^n,). Sums over all subsets are zeta transforms, n passes over
the array (Yates, 1937). The weights are positive, so nothing cancels but the differences themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Literal

import numpy as np
import pandas as pd

from outlay.decisions.attribution.shares import Floats, share_gradients, shares_of, summed

MOST_MEMBERS = 20

Game = Literal["subset_sum", "rate"]


def shapley(
    journeys: pd.DataFrame, members: Sequence[str], *, game: Game = "rate", errors: bool = True
) -> pd.DataFrame:
    """Shapley values from `journeys`: `members_mask` (bit b is members[b]), `journeys`, `conversions`.

    `subset_sum`: a set is worth the conversions of the journeys that met no others; in conversions.
    `rate`: a set is worth the conversions per journey among those, 0 without any; journeys that met nobody count.

    Answers by member, in the order given: `effect` (the value; it may be negative in the rate game), `share` (the
    values divided by their sum) and `standard_error` of the share, journeys taken as drawn one by one
    (delta method; NaN without `errors`).

    Raises ValueError for more than 20 members, masks beyond them, and conversions above journeys.
    """
    count = len(members)
    if count > MOST_MEMBERS:
        raise ValueError(f"{count} members: an exact Shapley value takes at most {MOST_MEMBERS}")
    mask = journeys["members_mask"].to_numpy(dtype=np.int64)
    if ((mask < 0) | (mask >= 1 << count)).any():
        raise ValueError(f"members_mask holds sets beyond the {count} members")
    seen = summed(mask, journeys["journeys"].to_numpy(dtype=float), 1 << count)
    won = summed(mask, journeys["conversions"].to_numpy(dtype=float), 1 << count)
    if (won > seen).any():
        raise ValueError("more conversions than journeys")
    inside = subset_sums(seen)
    worth = subset_sums(won)
    if game == "rate":
        worth = np.divide(worth, inside, out=np.zeros_like(worth), where=inside > 0)
    values = shapley_values(worth)
    standard_error = np.full(count, np.nan)
    if errors:
        gradients = _gradients(worth, inside, seen, game)
        standard_error = _errors(values, seen, won, *gradients)
    return pd.DataFrame(
        {"member": list(members), "effect": values, "share": shares_of(values), "standard_error": standard_error}
    )


def subset_sums(of: Floats) -> Floats:
    """For each set the sum over its subsets, itself included."""
    result = np.array(of, dtype=float, order="C")
    for bit in range(len(of).bit_length() - 1):
        pairs = result.reshape(-1, 2, 1 << bit)
        pairs[:, 1] += pairs[:, 0]
    return result


def superset_sums(of: Floats) -> Floats:
    """For each set the sum over its supersets, itself included."""
    return subset_sums(of[::-1])[::-1]


def shapley_values(worth: Floats) -> Floats:
    """Shapley values, shape (n,), of the game in which each set is worth so much, shape (2^n,)."""
    count = len(worth).bit_length() - 1
    return np.array([weights_of(count, bit) @ worth for bit in range(count)])


def weights_of(count: int, bit: int) -> Floats:
    """What each set's worth counts for in a member's value: positive with the member, negative without."""
    size = np.bitwise_count(np.arange(1 << count)).astype(np.int64)
    joined = np.array([0.0, *(1 / (count * comb(count - 1, before)) for before in range(count))])
    left = np.array([*(1 / (count * comb(count - 1, before)) for before in range(count)), 0.0])
    has = np.arange(1 << count) >> bit & 1
    result: Floats = np.where(has == 1, joined[size], -left[size])
    return result


def _gradients(worth: Floats, inside: Floats, seen: Floats, game: Game) -> tuple[Floats, Floats]:
    """By how much one more conversion, and one more journey, of a set met changes each value: shape (n, sets met)."""
    count = len(worth).bit_length() - 1
    met = np.flatnonzero(seen)
    by_conversion, by_journey = np.zeros((count, len(met))), np.zeros((count, len(met)))
    for bit in range(count):
        weights = weights_of(count, bit)
        if game == "rate":
            weights = np.divide(weights, inside, out=np.zeros_like(weights), where=inside > 0)
            by_journey[bit] = -superset_sums(weights * worth)[met]
        by_conversion[bit] = superset_sums(weights)[met]
    return by_conversion, by_journey


def _errors(values: Floats, seen: Floats, won: Floats, by_conversion: Floats, by_journey: Floats) -> Floats:
    """Standard errors of the shares: each journey moves them by its own, the total number being drawn too."""
    met = np.flatnonzero(seen)
    lost = share_gradients(values, by_journey)
    gained = share_gradients(values, by_conversion) + lost
    result: Floats = np.sqrt((gained**2 * won[met] + lost**2 * (seen - won)[met]).sum(axis=1))
    return result

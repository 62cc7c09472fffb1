"""From effects to shares, and the standard errors of shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def summed(places: NDArray[np.int64], values: Floats, count: int) -> Floats:
    """The sum of the values at each of so many places."""
    return np.bincount(places, values, count).astype(np.float64)


def shares_of(effects: Floats) -> Floats:
    """effects / their sum, shape (members,); 0 for all where the sum is 0: there is nothing to divide."""
    total = effects.sum()
    return effects / total if total else np.zeros_like(effects)


def share_gradients(effects: Floats, gradients: Floats) -> Floats:
    """Derivatives of the shares from those of the effects, both of shape (members, inputs).

    d(e_m / E) = (de_m - share_m * dE) / E, by the quotient rule; 0 where the effects sum to 0.
    """
    total = effects.sum()
    if not total:
        return np.zeros_like(gradients)
    result: Floats = (gradients - shares_of(effects)[:, None] * gradients.sum(axis=0)) / total
    return result

"""What SQL aggregates for the fitted model, computed here with arrays: occasions, their exposure, and who converted.

An occasion begins with a touch and ends with the person's next. Every touch of the person in the window before it
counts, the opening one too, by how old it is then and how often the person had met its channel by then.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.support.journeys import Journeys

WINDOW_HOURS = 30 * 24
LEVELS = {
    "interaction": ("click", "view"),
    "recency": ("opening", "day", "three_days", "week", "month"),
    "repeat": ("first", "second", "more"),
    "position": ("1", "2", "3", "4", "5-6", "7-9", "10+"),
}
_AGES = np.array([24.0, 72.0, 168.0])  # hours: upper bounds of a day, three days and a week
_POSITIONS = np.array([1, 2, 3, 4, 6, 9])  # upper bounds


class Occasions(NamedTuple):
    """The arguments of `data_driven`."""

    exposure: pd.DataFrame
    converted: pd.DataFrame


def occasions(journeys: Journeys, member: str = "channel") -> Occasions:
    """Touches after a conversion are occasions like any others, without the touches before it."""
    touches = journeys.touches
    customer, at = touches["customer"].to_numpy(), touches["at"].to_numpy()
    bought = journeys.conversions.set_index("customer")["at"].reindex(customer).to_numpy()
    epoch = customer * 2 + (at > bought)
    upcoming = np.where(np.append(epoch[1:] != epoch[:-1], True), np.inf, np.append(at[1:], np.inf))
    converts = (bought >= at) & (bought < upcoming)
    place = np.searchsorted(_POSITIONS, pd.Series(epoch).groupby(epoch).cumcount().to_numpy() + 1)
    occasion, touch, recency = _remembered(epoch, at)
    code, names = pd.factorize(touches[member])
    levels = [
        code[touch],
        (touches["interaction"] == "view").to_numpy().astype(int)[touch],
        recency,
        np.minimum(touches.groupby([epoch, "channel"]).cumcount().to_numpy(), 2)[touch],
        place[occasion],
    ]
    shape = (len(names), *map(len, LEVELS.values()))
    cell = np.ravel_multi_index(levels, shape)
    theirs = converts[occasion]
    whose, pairs = occasion[theirs].astype(np.int64), cell[theirs]
    keys, counts = np.unique(whose * np.prod(shape) + pairs, return_counts=True)
    totals = np.bincount(cell, minlength=int(np.prod(shape)))
    met = np.flatnonzero(totals)
    exposure = _labelled(met, names, shape).assign(touches=totals[met])
    converted = _labelled(keys % np.prod(shape), names, shape).assign(touches=counts, occasion=keys // np.prod(shape))
    won = np.flatnonzero(converts)
    return Occasions(
        pd.concat([exposure, _organic(place).groupby(["member", "position"], as_index=False)["touches"].sum()]),
        pd.concat([converted, _organic(place[won]).assign(occasion=won)]),
    )


def _remembered(epoch: NDArray[np.int64], at: NDArray[np.float64]) -> tuple[NDArray[np.int64], ...]:
    """Pairs of an occasion, by the place of its opening touch, and a touch that counts in it, with its recency."""
    every = np.arange(len(at))
    parts = [(every, every, np.zeros(len(at), dtype=np.int64))]
    for back in range(1, len(at)):
        later = np.flatnonzero(epoch[back:] == epoch[:-back]) + back
        if not len(later):
            break
        age = at[later] - at[later - back]
        kept = age <= WINDOW_HOURS
        parts.append((later[kept], later[kept] - back, np.searchsorted(_AGES, age[kept]) + 1))
    return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def _labelled(cells: NDArray[np.int64], names: pd.Index, shape: tuple[int, ...]) -> pd.DataFrame:
    codes = np.unravel_index(cells, shape)
    labels = (names, *LEVELS.values())
    return pd.DataFrame(
        {
            name: np.asarray(label, dtype=object)[code]
            for name, label, code in zip(("member", *LEVELS), labels, codes, strict=True)
        }
    )


def _organic(place: NDArray[np.int64]) -> pd.DataFrame:
    positions = np.asarray(LEVELS["position"], dtype=object)[place]
    return pd.DataFrame({"member": "organic", "position": positions, "touches": 1})

"""Generated journeys with planted causes, in families of which no model knows which one it sees.

Each family draws who touches what and when, then which touches fire, and keeps the cause of every conversion. Families:

`independent`   each touch fires on its own, weaker the older it is when the journey ends; conversions come at the end
                of the journey and belong in equal parts to all that fired
`last_cause`    the first touch that fires converts at once and ends the journey; repeats of a channel fire ever less
`confounded`    one person in six wants to buy anyway: retargeting and brand search chase them and hardly cause anything
`mixture`       people of all three kinds
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Family = Literal["independent", "last_cause", "confounded", "mixture"]
FAMILIES: tuple[Family, ...] = ("independent", "last_cause", "confounded", "mixture")

CHANNELS = (
    "nonbrand_search", "shopping", "display", "video", "paid_social", "affiliates",
    "email", "organic_search", "direct", "podcast", "brand_search", "retargeting",
)  # fmt: skip
_POPULARITY = np.array([0.13, 0.10, 0.12, 0.08, 0.16, 0.04, 0.07, 0.10, 0.06, 0.02, 0.07, 0.05])
_HAZARD = np.array([0.030, 0.040, 0.004, 0.007, 0.014, 0.045, 0.030, 0.022, 0.005, 0.030, 0.020, 0.024])
_CHASED_HAZARD = np.where(np.isin(CHANNELS, ("brand_search", "retargeting")), 0.25, 1.0)  # of what it is elsewhere
_CHASES = np.where(np.isin(CHANNELS, ("brand_search", "retargeting")), 5.0, 1.0)
_VIEWED = np.where(np.isin(CHANNELS, ("display", "video", "paid_social", "retargeting")), 0.6, 0.0)
_VIEW_HAZARD = 0.3  # of a click's
_ORGANIC = 0.003  # a touch; of a journey that is decided at its end, three times that, once
_WANTING, _WANTING_ORGANIC = 1 / 6, 0.06
_HALF_LIFE = 96.0  # hours
_SATURATION = 0.5  # of a repeat, against the exposure before it
_MEAN_LENGTH, _LONGEST, _GAP_HOURS, _REPEATS = 4.0, 60, 30.0, 0.25


@dataclass(frozen=True)
class Journeys:
    """`touches`: customer, at (hours), channel, interaction, by customer and time. `conversions`: customer, at.

    `causes`: conversions by channel, and `organic`. `losses`: expected conversions lost without a channel.
    """

    touches: pd.DataFrame
    conversions: pd.DataFrame
    causes: pd.Series
    losses: pd.Series

    def dark_tests(self, rng: np.random.Generator, tests: int = 2, error: float = 0.1) -> pd.DataFrame:
        """Outcomes of switching each channel off, as measured: member, outcome_delta, standard_error."""
        loss = self.losses.to_numpy().repeat(tests)
        errors = error * loss
        measured = loss + errors * rng.standard_normal(len(loss))
        return pd.DataFrame(
            {"member": self.losses.index.repeat(tests), "outcome_delta": -measured, "standard_error": errors}
        )


def generate(family: Family, touches: int, seed: int, *, whole: bool = False, usual_length: bool = False) -> Journeys:
    """About so many touches. `whole`: people who converted go on touching as if nothing had happened.

    `usual_length`: journeys are about as long as one another, so that their end can be told from their length.
    """
    rng = np.random.default_rng(seed)
    people = int(touches / _MEAN_LENGTH)
    drawn = 1 + rng.poisson(_MEAN_LENGTH - 1, people) if usual_length else rng.geometric(1 / _MEAN_LENGTH, people)
    lengths = np.minimum(drawn, _LONGEST)
    head = np.cumsum(lengths) - lengths
    person = np.repeat(np.arange(people), lengths)
    gaps = rng.exponential(_GAP_HOURS, len(person))
    at = np.cumsum(gaps)
    at -= at[head][person]
    kind = _kinds(rng, family, people)
    wanting = (kind == 2) & (rng.random(people) < _WANTING)
    channel = _channels(rng, wanting[person], head)
    viewed = rng.random(len(person)) < _VIEWED[channel]
    steps = kind[person]
    hazard = _HAZARD[channel] * np.where(viewed, _VIEW_HAZARD, 1.0) * np.where(steps == 2, _CHASED_HAZARD[channel], 1.0)
    age = at[head + lengths - 1][person] - at
    hazard *= np.where(steps == 0, 0.5 ** (age / _HALF_LIFE), 1.0)
    hazard *= np.where(steps == 1, _SATURATION ** _repeats(person, channel), 1.0)
    organic = np.where(wanting, _WANTING_ORGANIC, _ORGANIC)[person]
    ends = np.zeros(len(person), bool)
    ends[head + lengths - 1] = True
    organic = np.where(steps == 0, np.where(ends, 3 * _ORGANIC, 0.0), organic)
    fired, own = rng.random(len(person)) < hazard, rng.random(len(person)) < organic
    return _outcome(person, head, at, channel, viewed, steps == 0, fired, own, hazard, organic, whole)


def _kinds(rng: np.random.Generator, family: Family, people: int) -> NDArray[np.int64]:
    return rng.integers(0, 3, people) if family == "mixture" else np.full(people, FAMILIES.index(family))


def _channels(rng: np.random.Generator, wanting: NDArray[np.bool_], head: NDArray[np.int64]) -> NDArray[np.int64]:
    ladders = [np.cumsum(weights / weights.sum()) for weights in (_POPULARITY, _POPULARITY * _CHASES)]
    drawn = rng.random(len(wanting))
    channel = np.where(wanting, np.searchsorted(ladders[1], drawn), np.searchsorted(ladders[0], drawn))
    fresh = rng.random(len(wanting)) >= _REPEATS
    fresh[head] = True
    return np.minimum(channel, len(CHANNELS) - 1)[np.maximum.accumulate(np.where(fresh, np.arange(len(fresh)), 0))]


def _repeats(person: NDArray[np.int64], channel: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often the person met the channel before."""
    return pd.DataFrame({"person": person, "channel": channel}).groupby(["person", "channel"]).cumcount().to_numpy()


def _outcome(
    person: NDArray[np.int64], head: NDArray[np.int64], at: NDArray[np.float64], channel: NDArray[np.int64],
    viewed: NDArray[np.bool_], at_end: NDArray[np.bool_], fired: NDArray[np.bool_], own: NDArray[np.bool_],
    hazard: NDArray[np.float64], organic: NDArray[np.float64], whole: bool,
) -> Journeys:  # fmt: skip
    """At the end of a journey all that fired share the conversion; elsewhere the first step that fires takes it."""
    count, steps = len(head), np.arange(len(person))
    tail = np.append(head[1:], len(person)) - 1
    first = np.minimum.reduceat(np.where(fired | own, steps, len(person)), head)
    counted = np.where(at_end, fired | own, steps == first[person])
    total = np.bincount(person, counted * (fired.astype(float) + own), count)
    portion = np.where(counted, 1 / np.maximum(total, 1)[person], 0.0)
    causes = np.bincount(channel, portion * fired, len(CHANNELS))
    converted = np.flatnonzero(total > 0)
    moment = np.where(at_end[head], tail, np.minimum(first, tail))[converted]
    kept = np.ones(len(person), bool) if whole else at_end | (steps <= first[person])
    silence = np.log1p(-hazard) + np.log1p(-organic)
    survival = np.exp(np.add.reduceat(silence, head))
    losses = [
        (np.exp(np.add.reduceat(np.where(channel == c, np.log1p(-organic), silence), head)) - survival).sum()
        for c in range(len(CHANNELS))
    ]
    names = pd.Index(CHANNELS, name="member")
    return Journeys(
        pd.DataFrame({
            "customer": person, "at": at, "channel": np.array(CHANNELS)[channel],
            "interaction": np.where(viewed, "view", "click"),
        })[kept].reset_index(drop=True),
        pd.DataFrame({"customer": converted, "at": at[moment] + 0.5 / 60}),
        pd.concat([pd.Series(causes, names), pd.Series({"organic": float((portion * own).sum())})]).rename("causes"),
        pd.Series(losses, names, name="losses"),
    )  # fmt: skip

"""People's journeys: the touches of those who set out on a day, and which touch, if any, caused a conversion.

The causes are independent: each touch causes a conversion with its own chance, at its own moment, whatever the others
do; besides, anyone may convert of their own accord. So the truth is known for every conversion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outlay.sample.chance import Stream, generator
from outlay.sample.days import midnights
from outlay.sample.demand import CAPACITY, Demand
from outlay.sample.plan import CHANNEL_INDEX, CHANNELS, Plan

WARM_UP_DAYS = 30  # journeys under way when the exports begin
HORIZON_DAYS = 46  # no journey is longer
NO_CAMPAIGN, NO_TOUCH, OWN_ACCORD = -1, -1, -1

_MEAN_STEPS, _MOST_STEPS = 6.2, 40
_GAP_HOURS = 26.0
_REPEATS, _RETURNING, _SECOND_DEVICE = 0.25, 0.16, 0.14
_OWN_ACCORD_CHANCE = 0.004
_VIEW_HAZARD = 0.25
_SILENT_SHARE = 0.05  # conversions of people without any touch, per expected conversion
_ID_SPACE = 10_000_000
# When people are about: the share of the day's journeys that begin in each hour.
_HOURS = np.array([4, 2, 1, 1, 1, 2, 5, 9, 12, 14, 15, 15, 15, 14, 14, 14, 15, 17, 19, 22, 24, 21, 14, 8], dtype=float)

TOUCH = np.dtype(
    [("id", "i8"), ("visitor", "i8"), ("at", "i8"), ("channel", "i2"), ("campaign", "i2"), ("view", "?"), ("due", "i4")]
)
CONVERSION = np.dtype(
    [
        ("id", "i8"), ("visitor", "i8"), ("at", "i8"), ("cents", "i8"), ("was", "i8"), ("margin", "i8"),
        ("currency", "i1"), ("purchase", "?"), ("first", "?"), ("cause", "i2"), ("campaign", "i2"),
        ("touch", "i8"), ("due", "i4"),
    ]
)  # fmt: skip
ALIAS = np.dtype([("visitor", "i8"), ("canonical", "i8"), ("since", "i8"), ("due", "i4")])


@dataclass(frozen=True)
class Outing:
    """What the people who set out on one day do: arrays of TOUCH, CONVERSION and ALIAS, `due` on their delivery day.

    A visitor is a number times 4: +0 the person's own id, +1 and +2 ids of other devices until an alias merges them.
    """

    touches: NDArray[np.void]
    conversions: NDArray[np.void]
    aliases: NDArray[np.void]


@dataclass(frozen=True)
class _Steps:
    """Every step of every journey, flat: `journey` says whose, `head` where each journey begins."""

    journey: NDArray[np.int64]
    head: NDArray[np.int64]
    at: NDArray[np.int64]


def simulate_outing(demand: Demand, ordinal: int, customers: NDArray[np.int64]) -> Outing:
    """The journeys that begin on a day. `customers` are visitors who converted before; some of them come back."""
    plan = demand.plan
    rng = generator(plan.seed, Stream.JOURNEYS, ordinal)
    ordinary = sum(channel.daily_touches for channel in CHANNELS) * CAPACITY * plan.scale
    count = int(rng.poisson(ordinary / _MEAN_STEPS))
    numbers = (ordinal - plan.start + 100) * _ID_SPACE + np.arange(count, dtype=np.int64)
    own = numbers * 4
    returning = (rng.random(count) < _RETURNING) & (len(customers) > 0)
    if len(customers):
        own = np.where(returning, customers[rng.integers(0, len(customers), count)], own)
    days = midnights(ordinal, HORIZON_DAYS)
    steps = _walk(rng, count, int(days[0]))
    day = np.searchsorted(days, steps.at, side="right") - 1
    inside = day < HORIZON_DAYS
    channel = _channels(rng, demand, ordinal, np.minimum(day, HORIZON_DAYS - 1), steps)
    inside &= channel >= 0
    campaign = _campaigns(rng, demand, ordinal, np.minimum(day, HORIZON_DAYS - 1), channel)
    view = rng.random(len(channel)) < np.array([c.view_share for c in CHANNELS])[channel]
    hazard = np.array([c.hazard for c in CHANNELS])[channel] * np.where(campaign >= 0, plan.quality[campaign], 1.0)
    caused = rng.random(len(channel)) < hazard * np.where(view, _VIEW_HAZARD, 1.0)
    own_accord = rng.random(len(channel)) < _OWN_ACCORD_CHANCE
    fired = (caused | own_accord) & inside
    position = np.arange(len(fired))
    never = len(fired)
    first_fired = np.minimum.reduceat(np.where(fired, position, never), steps.head) if count else position
    goes_on = rng.random(count) < 0.2
    inside &= (position <= first_fired[steps.journey]) | goes_on[steps.journey]
    kept = np.flatnonzero(inside)
    visitor, aliases = _devices(rng, ordinal, days, numbers, own, steps, first_fired)
    touches = np.zeros(len(kept), dtype=TOUCH)
    touches["id"] = (ordinal - plan.start + 100) * _ID_SPACE + kept
    touches["visitor"] = visitor[kept]
    touches["at"], touches["channel"] = steps.at[kept], channel[kept]
    touches["campaign"], touches["view"] = campaign[kept], view[kept]
    late = np.where(rng.random(len(kept)) < 0.02, rng.integers(1, 4, len(kept)), 0)
    touches["due"] = ordinal + day[kept] + late
    converted = np.flatnonzero(first_fired < never)
    at_step = first_fired[converted]
    lag = np.minimum(rng.lognormal(7.3, 1.2, len(converted)), 20 * 3600).astype(np.int64)
    conversions = np.zeros(len(converted), dtype=CONVERSION)
    conversions["visitor"], conversions["at"] = own[converted], steps.at[at_step] + lag
    conversions["first"] = ~returning[converted]
    by_touch = caused[at_step]
    conversions["cause"] = np.where(by_touch, channel[at_step], OWN_ACCORD)
    conversions["campaign"] = np.where(by_touch, campaign[at_step], NO_CAMPAIGN)
    conversions["touch"] = np.where(by_touch, (ordinal - plan.start + 100) * _ID_SPACE + at_step, NO_TOUCH)
    silent = _silent(rng, plan, ordinal, days, customers, len(converted), count)
    return Outing(touches, _priced(plan, ordinal, days, np.concatenate([conversions, silent])), aliases)


def _walk(rng: np.random.Generator, count: int, midnight: int) -> _Steps:
    """The moments of every step: people set out through the day, the gaps between their steps are exponential."""
    lengths = np.minimum(rng.geometric(1 / _MEAN_STEPS, count), _MOST_STEPS)
    head = np.cumsum(lengths) - lengths
    journey = np.repeat(np.arange(count), lengths)
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    begin = midnight + hour * 3600 + rng.integers(0, 3600, count)
    gaps = rng.exponential(_GAP_HOURS * 3600, len(journey)).astype(np.int64) + 1
    gaps[head] = 0
    elapsed = np.cumsum(gaps)
    return _Steps(journey, head, begin[journey] + elapsed - elapsed[head][journey])


def _channels(
    rng: np.random.Generator, demand: Demand, ordinal: int, day: NDArray[np.int64], steps: _Steps
) -> NDArray[np.int64]:
    """The channel of each step by the day's chances, -1 where the step finds none; some repeat the one before."""
    chances = np.array([demand.touch_chances(ordinal + offset) for offset in range(HORIZON_DAYS)])
    ladder = np.cumsum(chances, axis=1) + np.arange(HORIZON_DAYS)[:, None]
    total = ladder[:, -1] - np.arange(HORIZON_DAYS)
    drawn = rng.random(len(day))
    channel = np.searchsorted(ladder.ravel(), day + drawn, side="right") - day * len(CHANNELS)
    channel = np.where(drawn < total[day], np.minimum(channel, len(CHANNELS) - 1), -1)
    fresh = (rng.random(len(day)) >= _REPEATS) | (channel < 0)
    fresh[steps.head] = True
    source = np.maximum.accumulate(np.where(fresh, np.arange(len(day)), 0))
    repeated = channel[source]
    # A step that found a touch keeps it if the step it would repeat found none, or served on other days only.
    usable = (repeated >= 0) & (chances[day, np.maximum(repeated, 0)] > 0)
    return np.where(usable & (channel >= 0), repeated, channel)


def _campaigns(
    rng: np.random.Generator, demand: Demand, ordinal: int, day: NDArray[np.int64], channel: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The campaign of each touch, by the day's spend within its channel; -1 where the channel has none."""
    order = np.argsort(demand.plan.channel_of, kind="stable")
    owner = demand.plan.channel_of[order]
    chances = np.array([demand.campaign_chances(ordinal + offset)[order] for offset in range(HORIZON_DAYS)])
    ladder = np.cumsum(chances, axis=1)
    ladder = ladder / np.maximum(ladder[:, -1:], 1e-12) + np.arange(HORIZON_DAYS)[:, None]
    first = np.searchsorted(owner, np.arange(len(CHANNELS)))
    last = np.searchsorted(owner, np.arange(len(CHANNELS)), side="right") - 1
    flat = np.concatenate([[0.0], ladder.ravel()])
    base = day * len(owner)
    low = np.where(first[channel] == 0, day, flat[base + first[channel]])
    high = flat[base + last[channel] + 1]
    drawn = low + rng.random(len(day)) * (high - low)
    slot = np.minimum(np.searchsorted(ladder.ravel(), drawn, side="right") - base, last[channel])
    served = (channel >= 0) & (last[channel] >= first[channel]) & (high > low)
    return np.where(served, order[np.maximum(slot, 0)], NO_CAMPAIGN)


def _devices(
    rng: np.random.Generator, ordinal: int, days: NDArray[np.int64], numbers: NDArray[np.int64],
    own: NDArray[np.int64], steps: _Steps, first_fired: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.void]]:  # fmt: skip
    """The id under which each step is seen, and the aliases by which the ids of other devices are merged later."""
    count = len(numbers)
    second = rng.random(count) < _SECOND_DEVICE
    third = second & (rng.random(count) < 0.06)
    other = rng.random(len(steps.journey)) < 0.5
    device = np.where(second[steps.journey] & other, 1, 0)
    device = np.where(third[steps.journey] & (rng.random(len(device)) < 0.3), 2, device)
    visitor = np.where(device == 0, own[steps.journey], numbers[steps.journey] * 4 + device)
    known = second & ((first_fired < len(steps.journey)) | (rng.random(count) < 0.4))
    wait = rng.integers(1, 12, count)
    merged = np.flatnonzero(known)
    chained = np.flatnonzero(known & third)
    aliases = np.zeros(len(merged) + len(chained), dtype=ALIAS)
    aliases["visitor"] = np.concatenate([numbers[merged] * 4 + 1, numbers[chained] * 4 + 2])
    aliases["canonical"] = np.concatenate([own[merged], numbers[chained] * 4 + 1])  # a chain: 2 -> 1 -> own
    offset = np.concatenate([wait[merged], wait[chained] + 1])
    aliases["due"] = ordinal + offset
    aliases["since"] = days[offset] + 3 * 3600
    return visitor, aliases


def _silent(
    rng: np.random.Generator, plan: Plan, ordinal: int, days: NDArray[np.int64], customers: NDArray[np.int64],
    converted: int, journeys: int,
) -> NDArray[np.void]:  # fmt: skip
    """Conversions of people nobody saw touching anything; half of them bought before."""
    count = int(rng.poisson(_SILENT_SHARE * converted))
    silent = np.zeros(count, dtype=CONVERSION)
    numbers = (ordinal - plan.start + 100) * _ID_SPACE + journeys + np.arange(count)
    loyal = (rng.random(count) < 0.5) & (len(customers) > 0)
    again = customers[rng.integers(0, len(customers), count)] if len(customers) else numbers * 4
    silent["visitor"] = np.where(loyal, again, numbers * 4)
    silent["first"] = ~loyal
    silent["at"] = days[0] + rng.integers(6 * 3600, 22 * 3600, count)
    silent["cause"], silent["campaign"], silent["touch"] = OWN_ACCORD, NO_CAMPAIGN, NO_TOUCH
    return silent


def _priced(plan: Plan, ordinal: int, days: NDArray[np.int64], conversions: NDArray[np.void]) -> NDArray[np.void]:
    """The conversions with their kind, revenue, currency, margin, id and delivery day."""
    rng = generator(plan.seed, Stream.OUTCOMES, ordinal)
    count = len(conversions)
    conversions["id"] = (ordinal - plan.start + 100) * _ID_SPACE + np.arange(count)
    business = conversions["cause"] == CHANNEL_INDEX["b2b_social"]
    conversions["purchase"] = rng.random(count) < np.where(business, 0.4, 0.78)
    basket = rng.lognormal(4.95, 0.55, count) * np.where(business, 3.5, 1.0)
    cents = np.maximum(np.rint(basket * 100), 990).astype(np.int64)
    conversions["cents"] = np.where(conversions["purchase"], cents, 0)
    margin = np.rint(cents * rng.uniform(0.38, 0.56, count)).astype(np.int64)
    conversions["margin"] = np.where(conversions["purchase"], margin, 0)
    # A person pays in one currency all their life: it follows from the id.
    conversions["currency"] = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 2])[(conversions["visitor"] // 4 * 7919) % 10]
    day = np.searchsorted(days, conversions["at"], side="right") - 1
    late = np.where(rng.random(count) < 0.015, rng.integers(1, 3, count), 0)
    conversions["due"] = ordinal + day + late
    return conversions

"""Simulated customers with planted habits.

`bgnbd_customers` draws from the model that is fitted, to see its parameters again. `shop` does not: customers buy in a
regular rhythm (gamma gaps), slow down with age, leave in continuous time, buy more before Christmas, and campaigns
bring better or worse ones; margins are log-normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CDNOW = (0.243, 4.414, 0.793, 2.426)  # r, alpha, a, b in weeks: Fader, Hardie and Lee 2005, table 2
ORIGIN = pd.Timestamp("2023-01-01")
_MONTH = 365.25 / 12


def bgnbd_customers(customers: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """frequency, recency and age (weeks) of customers who follow the model to the letter, acquired within a quarter."""
    r, alpha, a, b = CDNOW
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    age = rng.uniform(27.0, 38.86, customers)
    frequency, recency, clock = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        clock = clock + rng.exponential(1 / np.maximum(rate, 1e-12))
        alive &= clock < age
        frequency[alive] += 1
        recency[alive] = clock[alive]
        alive &= rng.random(customers) > leaving
    return frequency, recency, age


@dataclass(frozen=True)
class Shop:
    """Frames as `lifetime_values` takes them. `purchases` go on to the end; who looks earlier must not see the rest."""

    purchases: pd.DataFrame
    acquisitions: pd.DataFrame
    costs: pd.DataFrame
    campaigns: dict[str, float]

    def value(self, months: int, rate: float) -> pd.Series:
        """True discounted margin a customer within so many months of acquisition, by cohort and campaign."""
        first = self.purchases.groupby("customer")["date"].transform("min")
        age = (self.purchases["date"] - first) / pd.Timedelta(days=_MONTH)
        worth = (self.purchases["margin"] * (1 + rate) ** (-age / 12)).where(age <= months, 0.0)
        by_customer = worth.groupby(self.purchases["customer"]).sum()
        own = self.acquisitions.assign(worth=self.acquisitions["customer"].map(by_customer))
        return own.groupby(["cohort", "campaign"])["worth"].mean()


def shop(customers: int, seed: int, *, months: int = 48, acquiring: int = 30) -> Shop:
    """Customers acquired evenly over the first `acquiring` months by four campaigns, seen for `months`."""
    rng = np.random.default_rng(seed)
    campaigns = {"brand": 1.5, "search": 1.1, "social": 0.8, "display": 0.5}
    names = np.array(list(campaigns))
    quality = np.array(list(campaigns.values()))
    campaign = rng.integers(0, len(names), customers)
    first = rng.uniform(0, acquiring, customers)
    gap = 2.5 / quality[campaign] * rng.lognormal(0, 0.5, customers)
    leaves = first + rng.exponential(9.0 * rng.lognormal(0, 0.7, customers))
    basket = 40 * rng.lognormal(0, 0.4, customers)
    rows, clock, slowing = [], first.copy(), np.ones(customers)
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        own = np.flatnonzero(alive)
        rows.append((own, clock[own], basket[own] * rng.lognormal(-0.08, 0.4, len(own))))
        season = 1 + 0.4 * (np.floor(clock) % 12 == 10)
        clock = clock + rng.gamma(1.6, gap / 1.6) * slowing / season
        slowing *= 1.04
        alive &= clock < np.minimum(leaves, months)
    who, when, margin = (np.concatenate([row[place] for row in rows]) for place in range(3))
    date = ORIGIN + pd.to_timedelta(np.floor(when * _MONTH), unit="D")
    purchases = pd.DataFrame({"customer": who, "date": date, "margin": margin.round(2)})
    cohort = (ORIGIN + pd.to_timedelta(np.floor(first * _MONTH), unit="D")).to_period("M").astype(str)
    acquisitions = pd.DataFrame(
        {"customer": np.arange(customers), "cohort": cohort, "campaign": names[campaign], "share": 1.0}
    )
    costs = acquisitions.groupby(["cohort", "campaign"], as_index=False).size().rename(columns={"size": "cost"})
    return Shop(purchases, acquisitions, costs.assign(cost=costs["cost"] * 60.0), campaigns)

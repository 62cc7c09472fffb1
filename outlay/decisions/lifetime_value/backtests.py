"""How far forecasts of customers' margin have been off: stand on earlier days, forecast what has happened since.

calibration    actual / expected by the cohort's age, then by campaign, each shrunk by its chance error
               (DerSimonian and Laird, Controlled Clinical Trials 7, 1986)
band           80 %: quantiles of (actual - expected) / spread over back-tested cohorts (split conformal: Vovk,
               Gammerman and Shafer, Algorithmic Learning in a Random World, 2005)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from outlay.decisions.lifetime_value.histories import MONTH, Floats
from outlay.decisions.lifetime_value.purchases import Purchases

_CUTS = (3, 6, 9, 12)  # months ago
_AGES = (0, 3, 6, 12)  # months at the cut, from which a cohort belongs to a class
_FEWEST_SCORES = 20
_BAND = 0.8
_REACH = 2.0  # a band is given up to so many times the longest back-test
_FEWEST_IN_TEST = 5.0  # customers of a cohort and campaign


@dataclass(frozen=True)
class Cells:
    """`keys`: cohort and campaign; `share` (cells, customers): of each customer; `first` (cells,): mean first day."""

    keys: pd.DataFrame
    share: sparse.csr_array
    customers: Floats
    first: Floats
    campaign: NDArray[np.int64]

    def holds(self, customers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Cells to which one of these customers belongs, (cells,)."""
        result: NDArray[np.bool_] = np.asarray(self.share[:, customers].sum(axis=1)) > 0
        return result


@dataclass(frozen=True)
class Calibration:
    """Factors by age class (classes,) and campaign (campaigns,); what chance and the models' own error add.

    A sum of purchases of expected value m has the variance `noise` * m by chance; the error beyond is `spread` * m over
    `usual` months, the mean of the back-tests, and grows as over a random walk; `longest`: of the back-tests.
    `quantiles`: of the errors in units of both, None where there are too few.
    """

    by_age: Floats
    by_campaign: Floats
    noise: float
    spread: float
    quantiles: tuple[float, float] | None
    usual: float
    longest: float

    def factors(self, ages: Floats, campaign: NDArray[np.int64]) -> Floats:
        """What expectations are multiplied by, (cells,); ages in months."""
        result: Floats = self.by_age[_age_class(ages)] * self.by_campaign[campaign]
        return result

    def band(self, expected: Floats, months: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Least and most of calibrated expectations over so many months, (cells,), and where that is known."""
        low, high = self.quantiles or (0.0, 0.0)
        growth = np.maximum(months / self.usual, 1.0)
        spread = np.sqrt(self.noise * expected + growth * (self.spread * expected) ** 2)
        known = (months <= _REACH * self.longest) & (self.quantiles is not None)
        return np.maximum(expected + low * spread, 0.0), expected + high * spread, known | (months <= 0)


def forecast(purchases: Purchases, billing_months: int, cells: Cells, months: int) -> Floats | str:
    """Expected margin of each cell in each coming month, (cells, months); or why it cannot be told."""
    expected = purchases.expected(billing_months, purchases.today, months)
    if isinstance(expected, str):
        return expected
    customers, monthly = expected
    result: Floats = cells.share[:, customers] @ monthly
    return result


def calibrate(purchases: Purchases, billing_months: int, cells: Cells) -> Calibration:
    """Forecast from earlier days, and measure."""
    campaigns = int(cells.campaign.max(initial=-1)) + 1
    plain = Calibration(np.ones(len(_AGES)), np.ones(campaigns), 1.0, 0.0, None, 1.0, 0.0)
    tests = [_back_test(purchases, billing_months, cells, cut) for cut in _CUTS]
    tests = [test for test in tests if test is not None and len(test)]
    if not tests:
        return plain
    tested = pd.concat(tests, ignore_index=True)
    margin = purchases.billed(billing_months)["margin"]
    paid = margin[margin > 0]
    noise = float((paid**2).sum() / paid.sum())
    by_age, by_campaign = _both_factors(tested, campaigns, noise)
    spread, scores = _scores(tested, campaigns, noise)
    quantiles = None
    if len(scores) >= _FEWEST_SCORES:
        tail = (1 - _BAND) / 2 * len(scores) / (len(scores) + 1)
        low, high = np.quantile(scores, [tail, 1 - tail])
        quantiles = (min(float(low), 0.0), max(float(high), 0.0))
    months = tested["months"]
    return Calibration(by_age, by_campaign, noise, spread, quantiles, float(months.mean()), float(months.max()))


def _scores(tested: pd.DataFrame, campaigns: int, noise: float) -> tuple[float, Floats]:
    """Relative spread of the errors beyond chance, and the errors in units of both; (tests,).

    A cohort is calibrated by the others: its own error must not help to hide itself.
    """
    expected = np.empty(len(tested))
    for cohort in tested["cohort"].unique():
        own = (tested["cohort"] == cohort).to_numpy()
        by_age, by_campaign = _both_factors(tested[~own], campaigns, noise)
        factors = by_age[tested["age_class"][own]] * by_campaign[tested["campaign"][own]]
        expected[own] = tested["expected"][own] * factors
    error = tested["actual"].to_numpy() - expected
    beyond = (error**2 - noise * expected).sum() / max(float((expected**2).sum()), 1e-12)
    spread = float(np.sqrt(max(beyond, 0.0)))
    return spread, error / np.sqrt(noise * expected + (spread * expected) ** 2 + 1e-12)


def _both_factors(tested: pd.DataFrame, campaigns: int, noise: float) -> tuple[Floats, Floats]:
    """By age class, then by campaign of what is left."""
    age_class, campaign = tested["age_class"].to_numpy(), tested["campaign"].to_numpy()
    by_age = _factors(tested["expected"].to_numpy(), tested["actual"].to_numpy(), age_class, len(_AGES), noise)
    expected = tested["expected"].to_numpy() * by_age[age_class]
    return by_age, _factors(expected, tested["actual"].to_numpy(), campaign, campaigns, noise)


def _age_class(ages: Floats) -> NDArray[np.int64]:
    return np.searchsorted(_AGES, ages, side="right").astype(np.int64) - 1


def _back_test(purchases: Purchases, billing_months: int, cells: Cells, cut: int) -> pd.DataFrame | None:
    """Cells known so many months ago: what was expected then, and what came."""
    until, bought = purchases.today - cut * MONTH, purchases.billed(billing_months)
    if not (bought["day"] <= until).any():
        return None
    expected = purchases.expected(billing_months, until, cut)
    if isinstance(expected, str):
        return None
    known, monthly = expected
    later = bought[(bought["day"] > until) & bought["customer"].isin(known)]
    came = np.bincount(later["customer"], later["margin"], cells.share.shape[1])
    then = np.zeros(cells.share.shape[1])
    then[known] = 1.0
    frame = pd.DataFrame(
        {
            "expected": cells.share[:, known] @ monthly.sum(axis=1),
            "actual": cells.share @ came,
            "customers": cells.share @ then,
            "age_class": _age_class(np.maximum((until - cells.first) / MONTH, 0.0)),
            "campaign": cells.campaign,
            "cohort": cells.keys["cohort"].to_numpy(),
            "months": cut,
        }
    )
    return frame[(frame["customers"] >= _FEWEST_IN_TEST) & (frame["expected"] > 0)]


def _factors(expected: Floats, actual: Floats, of: NDArray[np.int64], count: int, noise: float) -> Floats:
    """actual / expected of each class, shrunk towards 1 by its chance error; 1 where nothing was tested."""
    total, came = np.bincount(of, expected, count), np.bincount(of, actual, count)
    tested = total > 0
    ratio = np.divide(came, total, out=np.ones(count), where=tested)
    weight = total / noise
    between = (weight * (ratio - 1) ** 2).sum() - tested.sum()
    between = max(float(between) / max(float(weight.sum()), 1e-12), 0.0)
    shrunk = np.divide(between, between + noise / np.maximum(total, 1e-12), out=np.zeros(count), where=tested)
    result: Floats = np.maximum(1 + shrunk * (ratio - 1), 0.0)
    return result

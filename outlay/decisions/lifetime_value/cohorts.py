"""What customers are worth, by acquisition cohort and campaign: margin so far and expected, against their cost.

Purchases are foreseen by one model and payments of subscriptions by another, for each length of a billing period, and
are added up. The models (histories.py) see all customers together; a customer's own history, and how a campaign's
customers did against expectation, move the answer away from the pool as far as their number allows. How far
expectations are off is not taken from the models but measured by back-tests (backtests.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from outlay.decisions.lifetime_value.backtests import Calibration, Cells, calibrate, forecast
from outlay.decisions.lifetime_value.histories import MONTH, Floats
from outlay.decisions.lifetime_value.purchases import Purchases

# Customers that a cell must be credited with, of which values are stated: a smaller part says nothing of anybody.
_FEWEST = 1e-3


@dataclass(frozen=True)
class _Told:
    """What is still expected of cells: `future` (cells, months + 1) by each month of age, 0 without a forecast.

    `reason` (cells,): why there is none, NULL where there is.
    """

    future: Floats
    reason: pd.api.extensions.ExtensionArray
    calibrations: list[tuple[Floats, Calibration]]  # with the part of the future that each is for

    @property
    def known(self) -> NDArray[np.bool_]:
        """Cells with a forecast."""
        return np.asarray(pd.isna(self.reason), dtype=bool)

    def band(self, horizon: int, ahead: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Of what is expected by that age, (cells,). Parts may err together, so their bands add up."""
        low, high, known = np.zeros(len(ahead)), np.zeros(len(ahead)), np.ones(len(ahead), dtype=bool)
        for future, calibration in self.calibrations:
            below, above, told = calibration.band(future[:, horizon], ahead)
            low, high, known = low + below, high + above, known & (told | (future[:, horizon] <= 0))
        return low, high, known


def lifetime_values(
    purchases: Purchases, acquisitions: pd.DataFrame, costs: pd.DataFrame, *,
    horizons: tuple[int, ...] = (12, 24, 36), discount_rate: float = 0.1,
) -> pd.DataFrame:  # fmt: skip
    """Value of an average customer of each cohort and campaign, discounted to the day of acquisition.

    `purchases`: one for all, where customers are valued by campaign and by channel: models are fitted once.
    `acquisitions`: `customer`, `cohort` (text that sorts by time, `2026-01`), `campaign`, `share` (of the customer, by
    the credit of the first conversion; a customer's shares sum to 1 at most). Who never bought is left out.
    `costs`: `cohort`, `campaign`, `cost`: what was spent to acquire them.
    `horizons`: months since acquisition. `discount_rate`: a year.

    Answers by `cohort`, `campaign`, `horizon` (months): `customers` (summed shares), `observed` (discounted margin a
    customer so far, within the horizon), `ltv` (that and what is expected), `ltv_low` and `ltv_high` (80 %), `cac`,
    `ltv_to_cac`, `payback_months` (the first month whose value so far covers the cac), and a `…_reason` for each of the
    last that may be NULL. Cells with a cost and no customer have a row.

    Raises ValueError for shares outside 0 to 1 and horizons below a month.
    """
    if not ((acquisitions["share"] >= 0) & (acquisitions["share"] <= 1)).all():
        raise ValueError("a customer's share is from 0 to 1")
    if not horizons or min(horizons) < 1:
        raise ValueError("a horizon is a month or more")
    cells = _cells(acquisitions, costs, purchases)
    months = max(horizons)
    ages = np.maximum((purchases.today - cells.first) / MONTH, 0.0)
    observed = _observed(purchases.known, cells, months, discount_rate)
    told = _foretell(purchases, cells, ages, months, discount_rate)
    return _table(cells, _cost(cells, costs), ages, observed, told, horizons)


def _foretell(purchases: Purchases, cells: Cells, ages: Floats, months: int, rate: float) -> _Told:
    """Purchases and subscriptions apart, each with its own forecast and back-tests; NULL if a part cannot be told."""
    future = np.zeros((len(ages), months + 1))
    reason = pd.array([pd.NA] * len(ages), dtype="string")
    calibrations = []
    for billing_months in np.unique(purchases.known["billing_months"]).astype(int):
        monthly = forecast(purchases, billing_months, cells, months)
        if isinstance(monthly, str):
            reason[cells.holds(purchases.billed(billing_months)["customer"].unique())] = monthly
            continue
        calibration = calibrate(purchases, billing_months, cells)
        part = _future(monthly * calibration.factors(ages, cells.campaign)[:, None], ages, rate)
        future += part
        calibrations.append((part, calibration))
    return _Told(future, reason, calibrations)


def _cells(acquisitions: pd.DataFrame, costs: pd.DataFrame, purchases: Purchases) -> Cells:
    keys = pd.concat([acquisitions[["cohort", "campaign"]], costs[["cohort", "campaign"]]]).drop_duplicates()
    keys = keys.sort_values(["cohort", "campaign"], ignore_index=True)
    own = acquisitions.merge(keys.assign(cell=np.arange(len(keys))), on=["cohort", "campaign"])
    place = purchases.names.get_indexer(pd.Index(own["customer"]))
    known = place >= 0
    share = sparse.csr_array(
        (own["share"].to_numpy(dtype=float)[known], (own["cell"].to_numpy()[known], place[known])),
        shape=(len(keys), len(purchases.names)),
    )
    customers: Floats = np.asarray(share.sum(axis=1), dtype=float)
    first = purchases.known.groupby("customer")["day"].min().to_numpy(dtype=float)
    mean_first = np.divide(share @ first, customers, out=np.zeros(len(keys)), where=customers > 0)
    return Cells(keys, share, customers, mean_first, pd.factorize(keys["campaign"], sort=True)[0].astype(np.int64))


def _observed(bought: pd.DataFrame, cells: Cells, months: int, rate: float) -> Floats:
    """Discounted margin of each cell by the end of each month of age, (cells, months + 1); that at age 0 first."""
    first = bought.groupby("customer")["day"].transform("min")
    age = ((bought["day"] - first) / MONTH).to_numpy(dtype=float)
    month = np.minimum(np.ceil(age).astype(int), months + 1)
    worth = bought["margin"].to_numpy(dtype=float) * (1 + rate) ** (-age / 12)
    shape = (cells.share.shape[1], months + 2)
    by_customer = sparse.csr_array((worth, (bought["customer"].to_numpy(), month)), shape=shape)
    result: Floats = np.cumsum((cells.share @ by_customer).toarray()[:, : months + 1], axis=1)
    return result


def _future(expected: Floats, ages: Floats, rate: float) -> Floats:
    """Discounted margin that is still expected by the end of each month of age, (cells, months + 1)."""
    months = expected.shape[1]
    worth = expected * (1 + rate) ** (-(ages[:, None] + np.arange(1, months + 1) - 0.5) / 12)
    total = np.hstack([np.zeros((len(ages), 1)), np.cumsum(worth, axis=1)])
    age = np.arange(months + 1)
    rows = [np.interp(age - own, age, future) for future, own in zip(total, ages, strict=True)]
    return np.array(rows).reshape(len(ages), months + 1)


def _cost(cells: Cells, costs: pd.DataFrame) -> Floats:
    """Of each cell, not a number where it is unknown."""
    summed = costs.groupby(["cohort", "campaign"], as_index=False)["cost"].sum()
    # Amounts end at the thousandth at the latest: what a sum of floats leaves beyond is no cost.
    summed["cost"] = summed["cost"].round(3)
    return cells.keys.merge(summed, on=["cohort", "campaign"], how="left")["cost"].to_numpy(dtype=float)


def _table(
    cells: Cells, cost: Floats, ages: Floats, observed: Floats, told: _Told, horizons: tuple[int, ...]
) -> pd.DataFrame:
    present = cells.customers >= _FEWEST
    per = np.where(present, cells.customers, 1.0)
    cac = np.where(present & np.isfinite(cost), np.nan_to_num(cost) / per, 0.0)
    costed: NDArray[np.bool_] = present & (cac > 0)
    curve = (observed + told.future) / per[:, None]
    covered = (curve >= cac[:, None]) & costed[:, None]
    # Without a forecast the value of months to come is open, not nothing.
    covered &= (np.arange(curve.shape[1]) <= ages[:, None]) | told.known[:, None]
    paid: Floats = covered.argmax(axis=1).astype(float)
    back: NDArray[np.bool_] = np.any(covered, axis=1)
    crumbs = np.where(cells.customers > 0, "hardly any part of a customer is credited", "no customer was acquired")
    frames = []
    for horizon in horizons:
        ahead = np.maximum(horizon - ages, 0.0)
        known: NDArray[np.bool_] = present & ((ahead <= 0) | told.known)
        low, high, banded = told.band(horizon, ahead)
        banded &= known
        seen = observed[:, horizon]
        either = "ltv or cac is unknown"
        untested, longest = "no cohort is old enough to test a forecast that long", curve.shape[1] - 1
        columns: dict[str, tuple[Floats, NDArray[np.bool_], object]] = {
            "ltv": (curve[:, horizon], known, told.reason),
            "ltv_low": ((seen + low) / per, banded, untested),
            "ltv_high": ((seen + high) / per, banded, untested),
            "cac": (cac, costed, "no cost is known"),
            "ltv_to_cac": (curve[:, horizon] / np.where(costed, cac, 1.0), known & costed, either),
            "payback_months": (paid, back, f"not within {longest} months, or cac is unknown"),
        }  # fmt: skip
        frame = cells.keys.assign(horizon=horizon, customers=cells.customers, observed=_nullable(seen / per, present))
        for name, (value, given, why) in columns.items():
            frame[name] = _nullable(value, given)
            reasons = pd.Series(why, index=frame.index, dtype="string").array.copy()
            reasons[~present] = crumbs[~present]
            reasons[given] = pd.NA
            frame[f"{name}_reason"] = reasons
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sort_values(["cohort", "campaign", "horizon"], ignore_index=True)


def _nullable(values: Floats, known: NDArray[np.bool_]) -> pd.api.extensions.ExtensionArray:
    filled = pd.array(np.where(known, values, 0.0), dtype="Float64")
    filled[~known] = pd.NA
    return filled

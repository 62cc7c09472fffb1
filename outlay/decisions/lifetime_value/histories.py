"""Customers as they were known on a day, and what each model expects of them month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.lifetime_value.purchase_values import fit_purchase_values
from outlay.decisions.lifetime_value.repeat_purchases import fit_repeat_purchases
from outlay.decisions.lifetime_value.subscriptions import fit_subscriptions

Floats = NDArray[np.float64]

MONTH = 365.25 / 12  # days

_FEWEST_REPEATS = 20
_OVERDUE = 1.5  # billing periods without a payment: the subscriber has left


@dataclass(frozen=True)
class History:
    """Of customers acquired by a day, in order of `customer`; times in days, money in margin.

    `frequency`: days with a purchase after the first; `recency`: age at the last; `age`; `mean`: margin of a purchase
    day, over those worth something; `worth`: how many those are.
    """

    customer: NDArray[np.int64]
    frequency: Floats
    recency: Floats
    age: Floats
    mean: Floats
    worth: Floats


def history(purchases: pd.DataFrame, until: float) -> History:
    """`purchases`: `customer` (numbered), `day` (a number), `margin`; those after `until` are not known yet."""
    known = purchases[purchases["day"] <= until]
    days = known.groupby(["customer", "day"], sort=True)["margin"].sum().reset_index()
    days["paid"] = days["margin"].where(days["margin"] > 0)
    by = days.groupby("customer").agg(
        first=("day", "min"), last=("day", "max"), count=("day", "size"), mean=("paid", "mean"), worth=("paid", "count")
    )
    first = by["first"].to_numpy(dtype=float)
    return History(
        by.index.to_numpy(dtype=np.int64), by["count"].to_numpy(dtype=float) - 1,
        by["last"].to_numpy(dtype=float) - first, until - first, by["mean"].fillna(0.0).to_numpy(dtype=float),
        by["worth"].to_numpy(dtype=float),
    )  # fmt: skip


def expected_margin(of: History, months: int, billing_months: int | None) -> Floats | str:
    """Expected margin of each customer in each of the coming months, (customers, months); or why it cannot be told.

    `billing_months`: length of a subscription's period; None where customers buy as they please.
    """
    if of.frequency.sum() < _FEWEST_REPEATS:
        return f"fewer than {_FEWEST_REPEATS} repeat purchases: what customers will buy cannot be told yet"
    if not (of.worth > 0).any():
        return "no purchase had a margin above zero"
    return _subscribed(of, months, billing_months) if billing_months else _bought(of, months)


def _bought(of: History, months: int) -> Floats:
    model = fit_repeat_purchases(of.frequency, of.recency, of.age)
    values = fit_purchase_values(of.worth, of.mean)
    by_now = model.expected(of.frequency, of.recency, of.age, MONTH * np.arange(1.0, months + 1))
    # Purchases without worth count as purchases, so the mean is that of all of them.
    paid = of.worth.sum() / (of.frequency + 1).sum()
    monthly: Floats = np.diff(by_now, axis=1, prepend=0.0) * (paid * values.expected(of.worth, of.mean))[:, None]
    return monthly


def _subscribed(of: History, months: int, billing_months: int) -> Floats | str:
    """Each payment renews for a period; who is overdue has left for good."""
    period = billing_months * MONTH
    renewals = np.rint(of.recency / period)
    active = of.age - of.recency <= _OVERDUE * period
    size = int(renewals.max()) + 1
    lost, kept = (np.bincount(renewals[some].astype(int), minlength=size).astype(float) for some in (~active, active))
    if lost.sum() + kept[1:].sum() <= 0:
        return "no subscriber has met a renewal: how many stay cannot be told yet"
    model = fit_subscriptions(lost, kept)
    payments = np.arange(1.0, months // billing_months + 2)
    due = np.maximum((of.recency - of.age)[:, None] / MONTH + billing_months * payments, 0.0)
    chance = model.further(renewals, payments) * active[:, None]
    monthly = np.zeros((len(of.age), months))
    month = np.floor(due).astype(int)
    row, column = np.nonzero(month < months)
    np.add.at(monthly, (row, month[row, column]), chance[row, column])
    return monthly * of.mean[:, None]

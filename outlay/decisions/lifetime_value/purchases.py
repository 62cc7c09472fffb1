"""What customers bought, and what each model expected of them on any day: fitted once, however often it is asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.lifetime_value.histories import Floats, expected_margin, history

_ORIGIN = pd.Timestamp("2000-01-01")


class Purchases:
    """Purchases by `as_of`, with customers and days as numbers.

    `known`: `customer` (its place in `names`), `day`, `margin`, `billing_months` (0 for a purchase). `today`: the day
    of `as_of`.
    """

    def __init__(self, purchases: pd.DataFrame, as_of: pd.Timestamp) -> None:
        """`purchases`: `customer`, `date`, `margin` (net of refunds, in home currency), and where there are
        subscriptions `billing_months` (until the next payment is due; NULL for a purchase). Later than `as_of` does not
        count.

        Raises ValueError for billing periods below a month.
        """
        listed = purchases[(purchases["date"] <= as_of) & purchases["margin"].notna()]
        told = listed["billing_months"].fillna(0).to_numpy() if "billing_months" in listed else 0
        if np.any((told != 0) & (told < 1)):
            raise ValueError("a subscription is billed every month or less often")
        customer, names = pd.factorize(listed["customer"], sort=True)
        day = ((pd.to_datetime(listed["date"]) - _ORIGIN) / pd.Timedelta(days=1)).to_numpy(dtype=float)
        margin = listed["margin"].to_numpy(dtype=float)
        self.known = pd.DataFrame({"customer": customer, "day": day, "margin": margin, "billing_months": told})
        self.names = pd.Index(names)
        self.today = float((as_of - _ORIGIN) / pd.Timedelta(days=1))
        self._asked: dict[tuple[int, float, int], tuple[NDArray[np.int64], Floats] | str] = {}

    def billed(self, billing_months: int) -> pd.DataFrame:
        """Those of `known` that are billed so."""
        return self.known[self.known["billing_months"] == billing_months]

    def expected(self, billing_months: int, until: float, months: int) -> tuple[NDArray[np.int64], Floats] | str:
        """Customers known on a day, (customers,), and their margin expected then in each coming month, (customers,
        months); or why it cannot be told."""
        asked = (billing_months, until, months)
        if asked not in self._asked:
            then = history(self.billed(billing_months), until)
            monthly = expected_margin(then, months, billing_months or None)
            self._asked[asked] = monthly if isinstance(monthly, str) else (then.customer, monthly)
        return self._asked[asked]

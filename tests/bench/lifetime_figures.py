"""Customers with planted habits: parameters found again, values forecast blind and judged. Started by `decisions`."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from outlay.decisions.lifetime_value import Purchases, fit_repeat_purchases, lifetime_values
from outlay.decisions.lifetime_value.repeat_purchases import log_likelihood
from tests.support.customers import CDNOW, ORIGIN, bgnbd_customers, shop

PUBLISHED_CUSTOMERS, PUBLISHED_LIKELIHOOD = 2_357, -9_582.4
SAMPLES, SHOPS, RATE = 40, 5, 0.1


def _published() -> None:
    """As many customers as were published, drawn with the published estimates, again and again."""
    fits = [fit_repeat_purchases(*bgnbd_customers(PUBLISHED_CUSTOMERS, seed)) for seed in range(SAMPLES)]
    found = np.array([(fit.r, fit.alpha, fit.a, fit.b, fit.log_likelihood) for fit in fits])
    mean, spread = found.mean(axis=0), found.std(axis=0, ddof=1)
    for place, (name, value) in enumerate(
        zip(("r", "alpha", "a", "b", "log-likelihood"), (*CDNOW, PUBLISHED_LIKELIHOOD), strict=True)
    ):
        off = (mean[place] - value) / spread[place]
        print(
            f"lifetime: {name}: published {value}, found {mean[place]:.3f} ± {spread[place]:.3f} ({off:+.1f} spreads)"
        )
    value, _ = log_likelihood(np.array(CDNOW), *(np.array([number]) for number in (2.0, 30.43, 38.86)))
    print(f"lifetime: log-likelihood of the first published customer (2, 30.43, 38.86): {value:.4f}")


def _time(customers: int) -> None:
    told = bgnbd_customers(customers, seed=1)
    started = time.process_time()
    fit_repeat_purchases(*told)
    print(f"lifetime: {customers:,} customers fitted in {time.process_time() - started:.2f} CPU s")
    of = shop(customers, seed=1)
    started = time.process_time()
    lifetime_values(Purchases(of.purchases, _day(30)), of.acquisitions, of.costs)
    print(f"lifetime: their values with four back-tests in {time.process_time() - started:.2f} CPU s")


def _day(month: int) -> pd.Timestamp:
    return ORIGIN + pd.Timedelta(days=month * 365.25 / 12)


def _judged() -> None:
    """Cohorts of the last six to eighteen months, valued at month 30 and judged at month 54."""
    for horizon in (12, 24):
        frames = []
        for seed in range(SHOPS):
            of = shop(20_000, seed, months=54)
            values = lifetime_values(Purchases(of.purchases, _day(30)), of.acquisitions, of.costs, horizons=(horizon,))
            own = values.merge(of.value(horizon, RATE).rename("true").reset_index(), on=["cohort", "campaign"])
            frames.append(own[own["cohort"] >= "2024-06"])
        cells = pd.concat(frames)
        ltv, low, high = (cells[name].astype(float) for name in ("ltv", "ltv_low", "ltv_high"))
        came = (cells["customers"] * cells["true"]).sum()
        print(
            f"lifetime: value within {horizon} months by cohort and campaign: "
            f"bias {(cells['customers'] * ltv).sum() / came - 1:+.1%}, "
            f"WAPE {(cells['customers'] * (ltv - cells['true']).abs()).sum() / came:.1%}, "
            f"80 % band holds {((low <= cells['true']) & (cells['true'] <= high)).mean():.0%} of {len(cells)}"
        )


def main() -> int:
    _published()
    _time(100_000)
    _judged()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

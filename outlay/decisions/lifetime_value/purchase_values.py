"""What a customer's purchases are worth on average: the Gamma-Gamma model.

Purchases scatter about a mean of the customer's own, gamma(p, .), and the means scatter over customers, inverse gamma
(q, v); neither depends on how often one buys. Fader and Hardie, The Gamma-Gamma model of monetary value, 2013,
equations 1a and 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]

_START = np.log([5.0, 4.0])
_BOUNDS = ((-3.0, 6.0), (0.05, 6.0), (-8.0, 12.0))  # logarithms of p, q - which has a mean above 1 only -, v / mean


@dataclass(frozen=True)
class PurchaseValues:
    """Fitted parameters; `v` in money."""

    p: float
    q: float
    v: float
    log_likelihood: float

    @property
    def mean(self) -> float:
        """Of all customers' means."""
        return self.p * self.v / (self.q - 1)

    def expected(self, purchases: Floats, mean: Floats) -> Floats:
        """A customer's mean given that of so many purchases, (customers,): between their own and that of all."""
        result: Floats = self.p * (self.v + mean * purchases) / (self.p * purchases + self.q - 1)
        return result


def log_likelihood(parameters: Floats, purchases: Floats, mean: Floats) -> tuple[float, Floats]:
    """Of customers with one purchase or more and a mean above 0, and its derivatives by (p, q, v)."""
    p, q, v = parameters
    total = v + mean * purchases
    value = gammaln(p * purchases + q) - gammaln(p * purchases) - gammaln(q) + q * np.log(v)
    value = value + (p * purchases - 1) * np.log(mean) + p * purchases * np.log(purchases)
    value = value - (p * purchases + q) * np.log(total)
    both = digamma(p * purchases + q)
    shares = np.log(mean) + np.log(purchases) - np.log(total)
    slopes = (
        (purchases * (both - digamma(p * purchases) + shares)).sum(),
        (both - digamma(q) + np.log(v) - np.log(total)).sum(),
        (q / v - (p * purchases + q) / total).sum(),
    )
    return float(value.sum()), np.array(slopes)


def fit_purchase_values(purchases: Floats, mean: Floats) -> PurchaseValues:
    """The likeliest parameters.

    Raises ValueError where no mean is above 0.
    """
    known = (purchases > 0) & (mean > 0)
    if not known.any():
        raise ValueError("no purchase is worth anything: there is nothing to fit")
    counts, means = purchases[known], mean[known]
    unit = float(np.average(means, weights=counts))

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slopes = log_likelihood(np.exp(logs), counts, means / unit)
        return -value / len(counts), -slopes * np.exp(logs) / len(counts)

    start = np.array([*_START, np.log(0.6)])
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=_BOUNDS, options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 500}
    )
    p, q, v = np.exp(found.x)
    value, _ = log_likelihood(np.array([p, q, v * unit]), counts, means)
    return PurchaseValues(float(p), float(q), float(v * unit), value)

"""How often customers without a contract will buy again: the BG/NBD model.

While alive a customer buys at random with a rate of their own, gamma(r, alpha) over customers, and after each purchase
leaves with a chance of their own, beta(a, b). Fader, Hardie and Lee, "Counting your customers" the easy way, Marketing
Science 24, 2005: equations 6 (likelihood) and 10 (expected purchases).

A customer is told by `frequency` (repeat purchases), `recency` (age at the last one, 0 without) and `age` (since the
first purchase), in one unit of time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import betaincinv, digamma, expit, gammaln, hyp2f1

Floats = NDArray[np.float64]

_STARTS = np.log([[0.3, 5.0, 0.8, 2.5], [1.0, 10.0, 1.0, 1.0]])
_BOUNDS = (-8.0, 10.0)  # of the logarithms: beyond, customers are all alike and nothing changes
_QUANTILES = 256
_SINGULAR = 1e-6  # the expectation is continuous at a = 1, its formula is not


@dataclass(frozen=True)
class RepeatPurchases:
    """Fitted parameters; `alpha` in the unit of time."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def expected(self, frequency: Floats, recency: Floats, age: Floats, ahead: Floats) -> Floats:
        """Purchases within each span from now, given the history: (customers, spans) for spans `ahead` (spans,).

        Euler's transformation of the hypergeometric function keeps its arguments small however often one bought.
        """
        a = self.a + _SINGULAR if abs(self.a - 1) < _SINGULAR else self.a
        pairs, of = np.unique(np.stack([frequency, age]), axis=1, return_inverse=True)
        x, seen = pairs[0][:, None], pairs[1][:, None]
        part = ahead / (self.alpha + seen + ahead)
        with np.errstate(over="ignore", invalid="ignore"):
            rest = (1 - part) ** (a - 1) * hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, part)
            bought = (a + self.b + x - 1) / (a - 1) * (1 - rest)
        beyond = ~np.isfinite(bought).all(axis=1)
        if beyond.any():
            bought[beyond] = self._by_quantiles(x[beyond], seen[beyond], ahead)
        result: Floats = bought[of.ravel()] * self.alive(frequency, recency, age)[:, None]
        return np.maximum(result, 0.0)

    def _by_quantiles(self, x: Floats, seen: Floats, ahead: Floats) -> Floats:
        """The same of customers alive, where customers are so alike that the formula overflows: (pairs, spans).

        The mean over the chance p to leave, beta(a, b + x), of (1 - (1 + p * ahead / (alpha + age))^-(r + x)) / p.
        """
        levels = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        leaves = np.maximum(betaincinv(self.a, self.b + x, levels), _SINGULAR)
        spans = [np.log1p(leaves * span / (self.alpha + seen)) for span in ahead]
        return np.stack([(-np.expm1(-(self.r + x) * grown) / leaves).mean(axis=1) for grown in spans], axis=1)

    def alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance that a customer has not left, (customers,); 1 without a repeat purchase."""
        repeats = np.maximum(frequency, 1.0)
        odds = np.log(self.a) - np.log(self.b + repeats - 1) + (self.r + frequency) * (
            np.log(self.alpha + age) - np.log(self.alpha + recency)
        )  # fmt: skip
        return np.where(frequency > 0, expit(-odds), 1.0)


def log_likelihood(parameters: Floats, frequency: Floats, recency: Floats, age: Floats) -> tuple[float, Floats]:
    """Summed over customers, and its derivatives by (r, alpha, a, b)."""
    return _Likelihood(frequency, recency, age, np.ones_like(age))(parameters)


class _Likelihood:
    """`log_likelihood` at many parameters: what depends on the customers alone is prepared once.

    `alike`: customers that an entry stands for.
    """

    def __init__(self, frequency: Floats, recency: Floats, age: Floats, alike: Floats) -> None:
        self._counts, of = np.unique(frequency, return_inverse=True)
        self._by_count = np.bincount(of, alike, len(self._counts))
        self._frequency, self._recency, self._age, self._alike = frequency, recency, age, alike
        self._repeats = frequency > 0
        self._before = np.maximum(frequency, 1) - 1

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        counts, number = self._counts, self._by_count
        gammas = gammaln(r + counts) - gammaln(r) + gammaln(a + b) + gammaln(b + counts) - gammaln(b)
        gammas -= gammaln(a + b + counts)
        by_r, both = digamma(r + counts) - digamma(r), digamma(a + b) - digamma(a + b + counts)
        by_b = both + digamma(b + counts) - digamma(b)
        until_now, until_last = np.log(alpha + self._age), np.log(alpha + self._recency)
        stayed = -(r + self._frequency) * until_now
        left = np.log(a) - np.log(b + self._before) - (r + self._frequency) * until_last
        total = np.where(self._repeats, np.logaddexp(stayed, left), stayed)
        gone = np.where(self._repeats, np.exp(left - total), 0.0)
        customers = number.sum()
        value = number @ gammas + customers * r * np.log(alpha) + self._alike @ total
        mean_log = (1 - gone) * until_now + gone * until_last
        rate = (r + self._frequency) * ((1 - gone) / (alpha + self._age) + gone / (alpha + self._recency))
        slopes = (
            customers * np.log(alpha) + number @ by_r - self._alike @ mean_log,
            customers * r / alpha - self._alike @ rate,
            number @ both + self._alike @ gone / a,
            number @ by_b - self._alike @ (gone / (b + self._before)),
        )
        return float(value), np.array(slopes)


def fit_repeat_purchases(frequency: Floats, recency: Floats, age: Floats) -> RepeatPurchases:
    """The likeliest parameters, the best of two starts.

    Raises ValueError where nobody bought twice: then nothing tells how often that will happen.
    """
    if not (frequency > 0).any():
        raise ValueError("nobody bought twice: there is nothing to fit")
    customers, unit = len(frequency), float(age.mean()) / 10
    # Customers without a repeat purchase are alike but for their age, and most customers are such.
    told, alike = np.unique(np.stack([frequency, recency, age]), axis=1, return_counts=True)
    frequency, recency, age = told
    likelihood = _Likelihood(frequency, recency / unit, age / unit, alike.astype(float))

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slopes = likelihood(np.exp(logs))
        return -value / customers, -slopes * np.exp(logs) / customers

    found = min(
        (optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 4,
                           options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 500}) for start in _STARTS),
        key=lambda tried: float(tried.fun),
    )  # fmt: skip
    r, alpha, a, b = np.exp(found.x)
    value, _ = _Likelihood(frequency, recency, age, alike.astype(float))(np.array([r, alpha * unit, a, b]))
    return RepeatPurchases(float(r), float(alpha * unit), float(a), float(b), value)

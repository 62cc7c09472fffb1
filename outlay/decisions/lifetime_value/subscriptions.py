"""How long subscribers stay: the shifted beta-geometric model.

Each subscriber leaves at every renewal with the same chance of their own, beta(alpha, beta) over subscribers; those who
leave easily do so first, so retention rises with age. Fader and Hardie, How to project customer retention, Journal of
Interactive Marketing 21, 2007, equations 5 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.special import betaln

Floats = NDArray[np.float64]

_BOUNDS = (-8.0, 8.0)


@dataclass(frozen=True)
class Subscriptions:
    """Fitted parameters."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, renewals: Floats) -> Floats:
        """The chance to renew so many times."""
        result: Floats = np.exp(betaln(self.alpha, self.beta + renewals) - betaln(self.alpha, self.beta))
        return result

    def further(self, renewals: Floats, ahead: Floats) -> Floats:
        """The chance to renew `ahead` times more, given the renewals so far: (subscribers, steps ahead)."""
        before = betaln(self.alpha, self.beta + renewals)[:, None]
        result: Floats = np.exp(betaln(self.alpha, self.beta + renewals[:, None] + ahead) - before)
        return result


def fit_subscriptions(lost: Floats, active: Floats) -> Subscriptions:
    """The likeliest parameters.

    `lost[t]`: how many left at their renewal t + 1, `active[t]`: how many are subscribed after t renewals; (ages,).

    Raises ValueError where no subscriber has met a renewal yet.
    """
    if lost.sum() + active[1:].sum() <= 0:
        raise ValueError("no subscriber has met a renewal: there is nothing to fit")
    left_at, stayed = np.arange(1, len(lost) + 1), np.arange(len(active))

    def loss(logs: Floats) -> float:
        alpha, beta = np.exp(logs)
        whole = betaln(alpha, beta)
        leaving = betaln(alpha + 1, beta + left_at - 1) - whole
        staying = betaln(alpha, beta + stayed) - whole
        return float(-(lost @ leaving + active @ staying))

    found = optimize.minimize(
        loss, np.zeros(2), method="L-BFGS-B", bounds=[_BOUNDS] * 2, options={"ftol": 1e-13, "gtol": 1e-6}
    )
    alpha, beta = np.exp(found.x)
    return Subscriptions(float(alpha), float(beta), float(-found.fun))

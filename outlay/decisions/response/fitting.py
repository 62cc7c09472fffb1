"""The fitted response of every channel: what it was told by, and what any spend is expected to bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from outlay.decisions.response.curves import Floats, outcomes
from outlay.decisions.response.evidence import Evidence, check_tests, collect
from outlay.decisions.response.posterior import Posterior, posterior

DRAWS = 500
POINTS = 41
_REACH = 2.0  # published curves end at so many times the greatest of usual and tested spend
_BAND = (0.1, 0.9)


@dataclass(frozen=True)
class Response:
    """Curves of `channels`, fitted; `reasons` tells for each other channel why it has none.

    backing  two_level_test, lift_test, reported_shape or prior: the best that backs each curve
    tested   (channels, 2) the span of weekly spends that its tests compared; equal where there is no test
    usual    (channels,) mean weekly spend of active weeks
    keep     (channels,) share of a week's effect that is carried into the next
    """

    channels: list[str]
    reasons: dict[str, str]
    backing: list[str]
    tested: Floats
    usual: Floats
    keep: Floats
    _scale: float
    _posterior: Posterior | None

    def draws(self, spend: Floats) -> Floats:
        """Weekly outcomes of steady weekly spends (channels, points), in as many worlds as were drawn.

        Shape (draws, channels, points). The worlds are equally likely given the evidence.
        """
        if self._posterior is None:
            return np.zeros((1, *spend.shape))
        return self._scale * outcomes(self._posterior.shapes(), spend / self.usual[:, None])

    def table(self, points: int = POINTS) -> pd.DataFrame:
        """The published curves: `channel`, `spend`, `outcome`, `low`, `high` (80 %), `marginal` (outcome of one more
        unit of spend), `marginal_high` (upper end of its 80 %), `backed_by`; so many spends a channel from nothing to
        twice the usual or tested spend."""
        spend = np.linspace(0.0, _REACH * np.maximum(self.usual, self.tested[:, 1]), points, axis=1)
        worlds = self.draws(spend)
        mean = worlds.mean(axis=0)
        low, high = np.quantile(worlds, _BAND, axis=0)
        step = np.gradient(spend, axis=1) if self.channels else spend
        marginal = np.gradient(mean, axis=1) / step if self.channels else mean
        steepest = np.quantile(np.gradient(worlds, axis=2) / step, _BAND[1], axis=0) if self.channels else high
        return pd.DataFrame(
            {
                "channel": np.repeat(self.channels, points),
                "spend": spend.ravel(),
                "outcome": mean.ravel(),
                "low": low.ravel(),
                "high": high.ravel(),
                "marginal": marginal.ravel(),
                "marginal_high": steepest.ravel(),
                "backed_by": np.repeat(self.backing, points),
            }
        )


def fit_response(
    weekly: pd.DataFrame, outcomes: pd.DataFrame, tests: pd.DataFrame, *, rng: np.random.Generator, draws: int = DRAWS
) -> Response:
    """Fit the model of posterior.py.

    `weekly`: `channel`, `week` (a number or date, one a week), `spend` and `reported` (outcome as the platform reports
    it; NULL where it does not). A channel's missing week is a week without spend.
    `outcomes`: `week`, `outcome` of the whole company, in the unit in which platforms report and tests measure.
    `tests`: `channel`, `base_spend` (a week, without the test), `spend_delta` (a week), `weeks`, `outcome_delta` (of
    all these weeks together) and `standard_error`. Tests of other channels are left out.

    A channel without spend has no curve, and none has without outcomes. The same `rng` gives the same draws.

    Raises ValueError for tests that measured nothing.
    """
    check_tests(tests)
    evidence, reasons = collect(weekly, outcomes, tests)
    if evidence is None:
        return Response([], reasons, [], np.ones((0, 2)), np.ones(0), np.ones(0), 1.0, None)
    found = posterior(evidence, draws, rng)
    return _response(evidence, reasons, found)


def _response(evidence: Evidence, reasons: dict[str, str], found: Posterior) -> Response:
    tested = evidence.tested * evidence.reference[:, None]
    keep = expit(found.shape().logit_keep[:, 0])
    return Response(
        evidence.channels, reasons, evidence.backing, tested, evidence.reference, keep, evidence.scale, found
    )

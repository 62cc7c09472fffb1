"""The likeliest curves given all evidence, and how far they may be off.

With f_c the curve of channel c on its carried spend a_c (curves.py), all in units of the mean weekly outcome:

    outcome[t]     ~ baseline[t] + sum over c of f_c(a_c[t]) * exp(confounded_c)
    reported_c[t]  ~ f_c(a_c[t]) * exp(bias_c) * (a_c[t] / reference_c)^bias_slope_c
    a test's delta ~ sum over its weeks of f_c(base + delta * built_up_c[week]) - f_c(base)

Only tests see the curve itself. The weekly outcome sees it through whatever else moved with the spend, and platforms
see it through a bias that may grow with the spend; both have a parameter for that, so a hundred weekly residuals cannot
outvote a test, while they still tell its shape. `bias` and `bias_slope` scatter about means common to all platforms,
which tests of some channels teach for the rest. All priors are normal on the parameters' own scales.

The estimate is the mode, found by Levenberg-Marquardt steps; draws are Laplace's: normal about the mode with the
inverse of the Gauss-Newton information.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from outlay.decisions.response.curves import Floats, Shape
from outlay.decisions.response.evidence import Evidence
from outlay.decisions.response.likelihood import (
    BIAS,
    BIAS_SLOPE,
    CURVE,
    HALF,
    LEVEL,
    OWN,
    Noise,
    Sum,
    measured_noise,
    own_parameters,
    shape_of,
    summed_loss,
    weekly_errors,
)

_LEVEL_SPREAD = 1.0  # of log level, about the share of the outcome that media have by their spend
_MEDIA_SHARE = 0.3
_HALF_PRIOR = (0.2, 0.6)  # mean and spread of log half
_SLOPE_PRIOR = (0.1, 0.3)
_KEEP_PRIOR = (-0.6, 1.0)
_DELAY_PRIOR = (-0.5, 1.2)
_LATER_PRIOR = (-1.0, 1.2)
_CONFOUNDED_SPREAD = 0.3
_BIAS_SPREAD, _COMMON_BIAS_SPREAD = 0.35, 0.3
_BIAS_SLOPE_SPREAD, _COMMON_BIAS_SLOPE_SPREAD = 0.18, 0.15
_BASELINE_SPREAD = 0.5  # of the trend and the seasons, in mean outcomes
_HARMONICS, _YEAR, _WEEKS_A_BEND = 3, 52.1775, 26

_ROUNDS, _STEPS, _SETTLED = 4, 30, 1e-5


@dataclass(frozen=True)
class Posterior:
    """`mode` (parameters,) and `draws` (draws, parameters): each channel's nine parameters, then the common ones."""

    mode: Floats
    draws: Floats
    channels: int

    def shape(self) -> Shape:
        """Of the mode, arrays (channels, 1)."""
        return shape_of(own_parameters(self.mode, self.channels))

    def shapes(self) -> Shape:
        """Of the draws, arrays (draws, channels, 1)."""
        return shape_of(own_parameters(self.draws, self.channels))


def posterior(evidence: Evidence, draws: int, rng: np.random.Generator) -> Posterior:
    """The mode, and so many draws about it."""
    channels = len(evidence.channels)
    baseline = baseline_columns(len(evidence.outcome))
    mean, precision = _prior(evidence, baseline.shape[1])
    theta, noise = _start(evidence, mean), Noise(0.1, np.full(channels, 0.2))
    for _ in range(_ROUNDS):
        theta, found = _settle(evidence, baseline, (mean, precision), theta, noise)
        noise = measured_noise(evidence, weekly_errors(evidence, baseline, theta))
    factor, scale = _factor(found.information, 0.0)
    half = rng.standard_normal((len(theta), -(-draws // 2)))
    mirrored = np.hstack([half, -half])[:, :draws]  # pairs about the mode: their means scatter less
    scatter = linalg.solve_triangular(factor, mirrored, check_finite=False)
    return Posterior(theta, theta + scatter.T / scale, channels)


def _settle(
    evidence: Evidence, baseline: Floats, prior: tuple[Floats, Floats], theta: Floats, noise: Noise
) -> tuple[Floats, Sum]:
    """Levenberg-Marquardt: Gauss-Newton steps, damped until they improve."""
    damping = 1e-3
    here = summed_loss(evidence, baseline, prior, theta, noise)
    for _ in range(_STEPS):
        factor, scale = _factor(here.information, damping)
        tried = theta - linalg.cho_solve((factor, False), here.slope / scale, check_finite=False) / scale
        there = summed_loss(evidence, baseline, prior, tried, noise)
        if there.loss < here.loss:
            settled = here.loss - there.loss < _SETTLED * here.loss
            theta, here, damping = tried, there, max(damping / 10, 1e-9)
            if settled:
                break
        elif damping > 1e6:
            break
        else:
            damping *= 10
    return theta, here


def _factor(information: Floats, damping: float) -> tuple[Floats, Floats]:
    """Upper triangle U and scale d: information + damping * its diagonal = d U'U d. Channels differ by magnitudes."""
    scale = np.sqrt(np.diag(information))
    scaled = information / np.outer(scale, scale) + damping * np.eye(len(scale))
    return linalg.cholesky(scaled, check_finite=False), scale


def baseline_columns(weeks: int) -> Floats:
    """Columns: the mean, a trend, its bends and the seasons of a year, (weeks, columns)."""
    week = np.arange(weeks, dtype=float)[:, None]
    bends = np.arange(_WEEKS_A_BEND, weeks - _WEEKS_A_BEND / 2, _WEEKS_A_BEND)
    angle = 2 * np.pi * week / _YEAR * np.arange(1, _HARMONICS + 1)
    trend = np.hstack([week - (weeks - 1) / 2, np.maximum(week - bends, 0.0)]) / _YEAR
    return np.hstack([np.ones((weeks, 1)), trend, np.sin(angle), np.cos(angle)])


def _prior(evidence: Evidence, columns: int) -> tuple[Floats, Floats]:
    """Mean and precision of theta: (parameters,) and its square.

    A level is expected where media's share of the outcome, divided by spend, would put it.
    """
    channels = len(evidence.channels)
    size = OWN * channels + 2 + columns
    weekly = evidence.spend.mean(axis=1)
    spend = evidence.reference * weekly
    own = np.zeros((channels, OWN))
    own[:, LEVEL] = np.log(_MEDIA_SHARE * spend / spend.sum() / weekly)
    priors = (_HALF_PRIOR, _SLOPE_PRIOR, _KEEP_PRIOR, _DELAY_PRIOR, _LATER_PRIOR)
    own[:, HALF:CURVE] = [expected for expected, _ in priors]
    mean = np.zeros(size)
    mean[: OWN * channels] = own.ravel()
    mean[OWN * channels + 2] = 1 - _MEDIA_SHARE
    spreads = (
        _LEVEL_SPREAD, *(spread for _, spread in priors), _CONFOUNDED_SPREAD, _BIAS_SPREAD, _BIAS_SLOPE_SPREAD,
    )  # fmt: skip
    common = (_COMMON_BIAS_SPREAD, _COMMON_BIAS_SLOPE_SPREAD)
    spread = np.concatenate([np.tile(spreads, channels), common, np.full(columns, _BASELINE_SPREAD)])
    precision = np.diag(spread**-2)
    for shared, place in enumerate((BIAS, BIAS_SLOPE)):
        at, members = OWN * channels + shared, np.arange(channels) * OWN + place
        precision[at, members] = precision[members, at] = -(spreads[place] ** -2)
        precision[at, at] += channels * spreads[place] ** -2
    return mean, precision


def _start(evidence: Evidence, mean: Floats) -> Floats:
    """The prior's mean, with levels as reported where platforms report."""
    channels = len(evidence.channels)
    theta = mean.copy()
    known = np.isfinite(evidence.reported)
    reports = np.where(known, evidence.reported, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    levels = theta[: OWN * channels : OWN]
    told = reports > 0
    levels[told] = np.log(reports[told] / evidence.spend[told].mean(axis=1))
    return theta

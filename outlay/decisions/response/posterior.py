"""The likeliest curves given all evidence, and how far they may be off.

With f_c the curve of channel c on its carried spend a_c (curves.py), all in units of the mean weekly outcome:

    outcome[t]     ~ baseline[t] + sum over c of f_c(a_c[t]) * exp(confounded_c)
    reported_c[t]  ~ f_c(a_c[t]) * exp(bias_c) * (a_c[t] / reference_c)^bias_slope_c
    a test's delta ~ sum over its weeks of f_c(base + delta * (1 - keep_c^week)) - f_c(base)

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

from outlay.decisions.response.curves import LEAST, Floats, Hill, Shape, built_up, carry, hill
from outlay.decisions.response.evidence import Evidence

LEVEL, HALF, SLOPE, KEEP, DELAY, LATER, CONFOUNDED, BIAS, BIAS_SLOPE = range(9)
_OWN, _CURVE = 9, 6  # a channel's parameters; of these, the curve's come first

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

_SERIAL = 0.25  # weekly residuals count as this many independent ones: what the family misses persists
_LEAST_NOISE = 0.02
_LEAST_ELASTICITY = 1e-3
_CURVE_ERROR = 0.05  # of a test's result: what the family misses there
_ROUNDS, _STEPS, _SETTLED = 4, 30, 1e-5
_LEAST_REPORT = 0.25  # of the mean report: weaker weeks are weighed as if they were that strong


@dataclass(frozen=True)
class Posterior:
    """`mode` (parameters,) and `draws` (draws, parameters): each channel's nine parameters, then the common ones."""

    mode: Floats
    draws: Floats
    channels: int

    def shape(self) -> Shape:
        """Of the mode, arrays (channels, 1)."""
        return _shape(_own(self.mode, self.channels))

    def shapes(self) -> Shape:
        """Of the draws, arrays (draws, channels, 1)."""
        return _shape(_own(self.draws, self.channels))


@dataclass(frozen=True)
class _Noise:
    """Standard deviations: of a week's outcome, and of a week's report relative to the report, (channels,)."""

    outcome: float
    reported: Floats


@dataclass(frozen=True)
class _Weekly:
    """Of one theta: the curves in each week, their relative derivatives (channels, weeks, 6), and what is left over."""

    curve: Hill
    slopes: Floats
    outcome_error: Floats
    reported: Floats
    reported_error: Floats


@dataclass(frozen=True)
class _Sum:
    """Half the loss's second-order expansion: `information` @ step = `slope` is the step to take back."""

    loss: float
    slope: Floats
    information: Floats


def posterior(evidence: Evidence, draws: int, rng: np.random.Generator) -> Posterior:
    """The mode, and so many draws about it."""
    channels = len(evidence.channels)
    baseline = _baseline(len(evidence.outcome))
    mean, precision = _prior(evidence, baseline.shape[1])
    theta, noise = _start(evidence, mean), _Noise(0.1, np.full(channels, 0.2))
    for _ in range(_ROUNDS):
        theta, found = _settle(evidence, baseline, (mean, precision), theta, noise)
        noise = _measured(evidence, _weekly(evidence, baseline, theta))
    factor, scale = _factor(found.information, 0.0)
    scatter = linalg.solve_triangular(factor, rng.standard_normal((len(theta), draws)), check_finite=False)
    return Posterior(theta, theta + scatter.T / scale, channels)


def _settle(
    evidence: Evidence, baseline: Floats, prior: tuple[Floats, Floats], theta: Floats, noise: _Noise
) -> tuple[Floats, _Sum]:
    """Levenberg-Marquardt: Gauss-Newton steps, damped until they improve."""
    damping = 1e-3
    here = _sum(evidence, baseline, prior, theta, noise)
    for _ in range(_STEPS):
        factor, scale = _factor(here.information, damping)
        tried = theta - linalg.cho_solve((factor, False), here.slope / scale, check_finite=False) / scale
        there = _sum(evidence, baseline, prior, tried, noise)
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


def _own(theta: Floats, channels: int) -> Floats:
    """Each channel's parameters, (…, channels, 9)."""
    return theta[..., : _OWN * channels].reshape(*theta.shape[:-1], channels, _OWN)


def _shape(own: Floats) -> Shape:
    level, half, slope, keep = (own[..., place, None] for place in (LEVEL, HALF, SLOPE, KEEP))
    return Shape(level, half, slope, keep, own[..., DELAY : LATER + 1])


def _baseline(weeks: int) -> Floats:
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
    size = _OWN * channels + 2 + columns
    weekly = evidence.spend.mean(axis=1)
    spend = evidence.reference * weekly
    own = np.zeros((channels, _OWN))
    own[:, LEVEL] = np.log(_MEDIA_SHARE * spend / spend.sum() / weekly)
    priors = (_HALF_PRIOR, _SLOPE_PRIOR, _KEEP_PRIOR, _DELAY_PRIOR, _LATER_PRIOR)
    own[:, HALF:_CURVE] = [expected for expected, _ in priors]
    mean = np.zeros(size)
    mean[: _OWN * channels] = own.ravel()
    mean[_OWN * channels + 2] = 1 - _MEDIA_SHARE
    spreads = (
        _LEVEL_SPREAD, *(spread for _, spread in priors), _CONFOUNDED_SPREAD, _BIAS_SPREAD, _BIAS_SLOPE_SPREAD,
    )  # fmt: skip
    common = (_COMMON_BIAS_SPREAD, _COMMON_BIAS_SLOPE_SPREAD)
    spread = np.concatenate([np.tile(spreads, channels), common, np.full(columns, _BASELINE_SPREAD)])
    precision = np.diag(spread**-2)
    for shared, place in enumerate((BIAS, BIAS_SLOPE)):
        at, members = _OWN * channels + shared, np.arange(channels) * _OWN + place
        precision[at, members] = precision[members, at] = -(spreads[place] ** -2)
        precision[at, at] += channels * spreads[place] ** -2
    return mean, precision


def _start(evidence: Evidence, mean: Floats) -> Floats:
    """The prior's mean, with levels as reported where platforms report."""
    channels = len(evidence.channels)
    theta = mean.copy()
    known = np.isfinite(evidence.reported)
    reports = np.where(known, evidence.reported, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    levels = theta[: _OWN * channels : _OWN]
    told = reports > 0
    levels[told] = np.log(reports[told] / evidence.spend[told].mean(axis=1))
    return theta


def _weekly(evidence: Evidence, baseline: Floats, theta: Floats) -> _Weekly:
    """Errors are 0 where the truth is unknown."""
    channels = len(evidence.channels)
    own = _own(theta, channels)
    shape = _shape(own)
    carried, by_carry = carry(evidence.spend, shape)
    curve = hill(shape, carried)
    by_carry *= (curve.by_log_spend / np.maximum(carried, LEAST))[..., None]
    by_hill = np.stack([np.ones_like(carried), curve.by_log_half, curve.by_log_slope], axis=-1)
    slopes = np.concatenate([by_hill, by_carry], axis=-1)
    fitted = np.exp(own[:, CONFOUNDED]) @ curve.outcome + baseline @ theta[_OWN * channels + 2 :]
    reported = curve.outcome * np.exp(own[:, BIAS, None] + own[:, BIAS_SLOPE, None] * curve.log_spend)
    return _Weekly(
        curve, slopes, np.nan_to_num(fitted - evidence.outcome), reported,
        np.nan_to_num(reported - evidence.reported),
    )  # fmt: skip


def _measured(evidence: Evidence, at: _Weekly) -> _Noise:
    """From what is left over."""
    weeks = np.isfinite(evidence.outcome).sum()
    reports = np.isfinite(evidence.reported).sum(axis=1)
    outcome = np.sqrt((at.outcome_error**2).sum() / max(weeks, 1))
    reported = np.sqrt(((at.reported_error / _report_scale(evidence)) ** 2).sum(axis=1) / np.maximum(reports, 1))
    return _Noise(max(float(outcome), _LEAST_NOISE), np.maximum(reported, _LEAST_NOISE))


def _report_scale(evidence: Evidence) -> Floats:
    """What a report's error is relative to, (channels, weeks)."""
    reports = np.nan_to_num(evidence.reported)
    mean = reports.mean(axis=1, keepdims=True)
    return np.maximum(reports, np.where(mean > 0, _LEAST_REPORT * mean, 1.0))


def _sum(evidence: Evidence, baseline: Floats, prior: tuple[Floats, Floats], theta: Floats, noise: _Noise) -> _Sum:
    """Everything that theta answers for, weighed by its error."""
    mean, precision = prior
    at = _weekly(evidence, baseline, theta)
    pull = precision @ (theta - mean)
    loss, slope, information = float((theta - mean) @ pull), pull, precision.copy()
    outcome_rows = _outcome_rows(evidence, baseline, theta, at, noise)
    for residuals, jacobian in (outcome_rows, _test_rows(evidence, theta)):
        loss += float(residuals @ residuals)
        slope = slope + jacobian.T @ residuals
        information += jacobian.T @ jacobian
    weight = np.sqrt(_SERIAL) / (noise.reported[:, None] * _report_scale(evidence))
    residuals = weight * at.reported_error
    rows = _report_rows(evidence, theta, at) * weight[..., None]
    channels = len(evidence.channels)
    slope[: _OWN * channels] += np.einsum("cwp,cw->cp", rows, residuals).ravel()
    blocks = information[: _OWN * channels, : _OWN * channels].reshape(channels, _OWN, channels, _OWN)
    place = np.arange(channels)
    blocks[place, :, place] += np.matmul(rows.transpose(0, 2, 1), rows)
    return _Sum(loss + float((residuals**2).sum()), slope, information)


def _outcome_rows(
    evidence: Evidence, baseline: Floats, theta: Floats, at: _Weekly, noise: _Noise
) -> tuple[Floats, Floats]:
    """Residuals (weeks,) and their derivatives (weeks, parameters)."""
    channels, weeks = evidence.spend.shape
    seen = at.curve.outcome * np.exp(_own(theta, channels)[:, CONFOUNDED, None])
    by_own = np.zeros((weeks, channels, _OWN))
    by_own[:, :, :_CURVE] = (seen[..., None] * at.slopes).transpose(1, 0, 2)
    by_own[:, :, CONFOUNDED] = seen.T
    jacobian = np.hstack([by_own.reshape(weeks, -1), np.zeros((weeks, 2)), baseline])
    weight = np.where(np.isfinite(evidence.outcome), np.sqrt(_SERIAL) / noise.outcome, 0.0)
    return weight * at.outcome_error, weight[:, None] * jacobian


def _report_rows(evidence: Evidence, theta: Floats, at: _Weekly) -> Floats:
    """Derivatives of the reports, (channels, weeks, 9)."""
    channels, weeks = evidence.spend.shape
    bias_slope = _own(theta, channels)[:, BIAS_SLOPE, None]
    elasticity = at.curve.by_log_spend
    rows = np.zeros((channels, weeks, _OWN))
    rows[..., :_CURVE] = at.slopes
    rows[..., KEEP:_CURVE] *= (1 + bias_slope / np.maximum(elasticity, _LEAST_ELASTICITY))[..., None]
    rows[..., BIAS] = 1.0
    rows[..., BIAS_SLOPE] = at.curve.log_spend
    return np.where(np.isfinite(evidence.reported)[..., None], rows * at.reported[..., None], 0.0)


def _test_rows(evidence: Evidence, theta: Floats) -> tuple[Floats, Floats]:
    """Residuals (tests,) and their derivatives (tests, parameters): the change of spend builds up week by week."""
    tests = len(evidence.test_base)
    jacobian = np.zeros((tests, len(theta)))
    if not tests:
        return np.zeros(0), jacobian
    own = _own(theta, len(evidence.channels))[evidence.test_channel]
    shape = _shape(own)
    lasts = np.arange(evidence.test_weeks.max()) < evidence.test_weeks[:, None]
    reached, by_carry = built_up(shape, lasts.shape[1])
    base, delta = evidence.test_base[:, None], evidence.test_delta[:, None]
    spend = np.maximum(base + delta * reached, 0.0)
    before, during = hill(shape, base), hill(shape, spend)
    steepness = during.outcome * during.by_log_spend * delta / np.maximum(spend, LEAST)
    changes = [
        during.outcome - before.outcome,
        during.outcome * during.by_log_half - before.outcome * before.by_log_half,
        during.outcome * during.by_log_slope - before.outcome * before.by_log_slope,
        *np.moveaxis(steepness[..., None] * by_carry, -1, 0),
    ]
    slopes = np.stack([(change * lasts).sum(axis=1) for change in changes], axis=1)
    error = np.hypot(evidence.test_error, _CURVE_ERROR * np.abs(evidence.test_result))
    columns = evidence.test_channel[:, None] * _OWN + np.arange(_CURVE)
    jacobian[np.arange(tests)[:, None], columns] = slopes / error[:, None]
    return ((changes[0] * lasts).sum(axis=1) - evidence.test_result) / error, jacobian

"""How well curves agree with the weeks, the reports and the tests: the loss of posterior.py and its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.decisions.response.curves import LEAST, Floats, Hill, Shape, built_up, carry, hill
from outlay.decisions.response.evidence import Evidence

LEVEL, HALF, SLOPE, KEEP, DELAY, LATER, CONFOUNDED, BIAS, BIAS_SLOPE = range(9)
OWN, CURVE = 9, 6  # a channel's parameters; of these, the curve's come first

_SERIAL = 0.25  # weekly residuals count as this many independent ones: what the family misses persists
_LEAST_NOISE = 0.02
_LEAST_ELASTICITY = 1e-3
_CURVE_ERROR = 0.05  # of a test's result: what the family misses there
_LEAST_REPORT = 0.25  # of the mean report: weaker weeks are weighed as if they were that strong


@dataclass(frozen=True)
class Noise:
    """Standard deviations: of a week's outcome, and of a week's report relative to the report, (channels,)."""

    outcome: float
    reported: Floats


@dataclass(frozen=True)
class Weekly:
    """Of one theta: the curves in each week, their relative derivatives (channels, weeks, 6), and what is left over."""

    curve: Hill
    slopes: Floats
    outcome_error: Floats
    reported: Floats
    reported_error: Floats


@dataclass(frozen=True)
class Sum:
    """Half the loss's second-order expansion: `information` @ step = `slope` is the step to take back."""

    loss: float
    slope: Floats
    information: Floats


def own_parameters(theta: Floats, channels: int) -> Floats:
    """Each channel's parameters, (…, channels, 9)."""
    return theta[..., : OWN * channels].reshape(*theta.shape[:-1], channels, OWN)


def shape_of(own: Floats) -> Shape:
    level, half, slope, keep = (own[..., place, None] for place in (LEVEL, HALF, SLOPE, KEEP))
    return Shape(level, half, slope, keep, own[..., DELAY : LATER + 1])


def weekly_errors(evidence: Evidence, baseline: Floats, theta: Floats) -> Weekly:
    """Errors are 0 where the truth is unknown."""
    channels = len(evidence.channels)
    own = own_parameters(theta, channels)
    shape = shape_of(own)
    carried, by_carry = carry(evidence.spend, shape)
    curve = hill(shape, carried)
    by_carry *= (curve.by_log_spend / np.maximum(carried, LEAST))[..., None]
    by_hill = np.stack([np.ones_like(carried), curve.by_log_half, curve.by_log_slope], axis=-1)
    slopes = np.concatenate([by_hill, by_carry], axis=-1)
    fitted = np.exp(own[:, CONFOUNDED]) @ curve.outcome + baseline @ theta[OWN * channels + 2 :]
    reported = curve.outcome * np.exp(own[:, BIAS, None] + own[:, BIAS_SLOPE, None] * curve.log_spend)
    return Weekly(
        curve, slopes, np.nan_to_num(fitted - evidence.outcome), reported,
        np.nan_to_num(reported - evidence.reported),
    )  # fmt: skip


def measured_noise(evidence: Evidence, at: Weekly) -> Noise:
    """From what is left over."""
    weeks = np.isfinite(evidence.outcome).sum()
    reports = np.isfinite(evidence.reported).sum(axis=1)
    outcome = np.sqrt((at.outcome_error**2).sum() / max(weeks, 1))
    reported = np.sqrt(((at.reported_error / _report_scale(evidence)) ** 2).sum(axis=1) / np.maximum(reports, 1))
    return Noise(max(float(outcome), _LEAST_NOISE), np.maximum(reported, _LEAST_NOISE))


def _report_scale(evidence: Evidence) -> Floats:
    """What a report's error is relative to, (channels, weeks)."""
    reports = np.nan_to_num(evidence.reported)
    mean = reports.mean(axis=1, keepdims=True)
    return np.maximum(reports, np.where(mean > 0, _LEAST_REPORT * mean, 1.0))


def summed_loss(evidence: Evidence, baseline: Floats, prior: tuple[Floats, Floats], theta: Floats, noise: Noise) -> Sum:
    """Everything that theta answers for, weighed by its error."""
    mean, precision = prior
    at = weekly_errors(evidence, baseline, theta)
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
    slope[: OWN * channels] += np.einsum("cwp,cw->cp", rows, residuals).ravel()
    blocks = information[: OWN * channels, : OWN * channels].reshape(channels, OWN, channels, OWN)
    place = np.arange(channels)
    blocks[place, :, place] += np.matmul(rows.transpose(0, 2, 1), rows)
    return Sum(loss + float((residuals**2).sum()), slope, information)


def _outcome_rows(
    evidence: Evidence, baseline: Floats, theta: Floats, at: Weekly, noise: Noise
) -> tuple[Floats, Floats]:
    """Residuals (weeks,) and their derivatives (weeks, parameters)."""
    channels, weeks = evidence.spend.shape
    seen = at.curve.outcome * np.exp(own_parameters(theta, channels)[:, CONFOUNDED, None])
    by_own = np.zeros((weeks, channels, OWN))
    by_own[:, :, :CURVE] = (seen[..., None] * at.slopes).transpose(1, 0, 2)
    by_own[:, :, CONFOUNDED] = seen.T
    jacobian = np.hstack([by_own.reshape(weeks, -1), np.zeros((weeks, 2)), baseline])
    weight = np.where(np.isfinite(evidence.outcome), np.sqrt(_SERIAL) / noise.outcome, 0.0)
    return weight * at.outcome_error, weight[:, None] * jacobian


def _report_rows(evidence: Evidence, theta: Floats, at: Weekly) -> Floats:
    """Derivatives of the reports, (channels, weeks, 9)."""
    channels, weeks = evidence.spend.shape
    bias_slope = own_parameters(theta, channels)[:, BIAS_SLOPE, None]
    elasticity = at.curve.by_log_spend
    rows = np.zeros((channels, weeks, OWN))
    rows[..., :CURVE] = at.slopes
    rows[..., KEEP:CURVE] *= (1 + bias_slope / np.maximum(elasticity, _LEAST_ELASTICITY))[..., None]
    rows[..., BIAS] = 1.0
    rows[..., BIAS_SLOPE] = at.curve.log_spend
    return np.where(np.isfinite(evidence.reported)[..., None], rows * at.reported[..., None], 0.0)


def _test_rows(evidence: Evidence, theta: Floats) -> tuple[Floats, Floats]:
    """Residuals (tests,) and their derivatives (tests, parameters): the change of spend builds up week by week."""
    tests = len(evidence.test_base)
    jacobian = np.zeros((tests, len(theta)))
    if not tests:
        return np.zeros(0), jacobian
    own = own_parameters(theta, len(evidence.channels))[evidence.test_channel]
    shape = shape_of(own)
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
    columns = evidence.test_channel[:, None] * OWN + np.arange(CURVE)
    jacobian[np.arange(tests)[:, None], columns] = slopes / error[:, None]
    return ((changes[0] * lasts).sum(axis=1) - evidence.test_result) / error, jacobian

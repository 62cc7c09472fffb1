"""What a steady weekly spend brings: geometric carry-over, then a Hill curve that may be S-shaped.

    kept[t]    = keep * kept[t - 1] + (1 - keep) * spend[t]
    carried[t] = sum over delays d of 0, 1 and 2 weeks of chance[d] * kept[t - d]
    outcome    = level * h(carried / reference) / h(1),   h(u) = u^slope / (u^slope + half^slope)

`level` is the outcome at the reference spend, `half` the multiple of it at which half of all is won. A steady spend is
carried as itself, so the same curve answers for a plan. Carry-over: Broadbent, J. of the Market Research Society 26,
1979; Hill curves of media: Jin, Wang, Sun, Chan and Koehler, Bayesian methods for media mix modeling, Google 2017.

Channels are rows throughout. Parameters are kept as `Shape`, on the scales where any value is legal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

Floats = NDArray[np.float64]

LEAST = 1e-9  # of the reference: the logarithm of no spend
DELAYS = 3  # none, one and two weeks
_FIRST_WEEKS = 4  # whose mean stands for the spend before the series


@dataclass(frozen=True)
class Shape:
    """Parameters, each of shape (…, channels, 1): logarithms of level, half and slope; the logit of keep.

    `log_delay`: (…, channels, 2), logarithms of the chances of one and two weeks' delay, relative to none.
    """

    log_level: Floats
    log_half: Floats
    log_slope: Floats
    logit_keep: Floats
    log_delay: Floats

    @property
    def chances(self) -> Floats:
        """Of each delay, (…, channels, 3)."""
        result: Floats = softmax(np.insert(self.log_delay, 0, 0.0, axis=-1), axis=-1)
        return result


@dataclass(frozen=True)
class Hill:
    """Outcomes and their relative derivatives (d outcome / d parameter / outcome), all of the shape of the spend.

    `by_log_spend` is the elasticity. The derivative by log level is 1.
    """

    outcome: Floats
    by_log_half: Floats
    by_log_slope: Floats
    by_log_spend: Floats
    log_spend: Floats


def hill(shape: Shape, relative: Floats) -> Hill:
    """Outcomes at spends of shape (…, channels, points), as multiples of the channels' reference spends."""
    log_spend = np.log(np.maximum(relative, LEAST))
    slope = np.exp(shape.log_slope)
    here, reference = slope * (log_spend - shape.log_half), -slope * shape.log_half
    short, reference_short = expit(-here), expit(-reference)
    return Hill(
        np.exp(shape.log_level + np.logaddexp(0.0, -reference) - np.logaddexp(0.0, -here)),
        -slope * (short - reference_short),
        short * here - reference_short * reference,
        short * slope,
        log_spend,
    )


def outcomes(shape: Shape, relative: Floats) -> Floats:
    """As `hill`, outcomes only; exactly 0 for no spend."""
    with np.errstate(divide="ignore"):
        power = np.log(relative) - shape.log_half
    slope = np.exp(shape.log_slope)
    power = np.exp(np.clip(slope * power, -700.0, 700.0))
    reference = np.exp(np.clip(-slope * shape.log_half, -700.0, 700.0))
    result: Floats = np.exp(shape.log_level) * ((1 + reference) / reference) * (power / (1 + power))
    return np.where(relative > 0, result, 0.0)


def carry(spend: Floats, shape: Shape) -> tuple[Floats, Floats]:
    """Carried spend (channels, weeks), and its derivatives by the logit of keep and the log delays, (…, 3)."""
    keep = expit(shape.logit_keep)[:, 0]
    kept, slope = np.empty_like(spend.T), np.empty_like(spend.T)
    first = before = spend[:, :_FIRST_WEEKS].mean(axis=1)
    before_slope = np.zeros(len(spend))
    for week, spent in enumerate(spend.T):
        slope[week] = before_slope = before - spent + keep * before_slope
        kept[week] = before = spent + keep * (before - spent)
    chances = shape.chances[:, None, :]
    late = _late(kept.T, first[:, None])
    carried = (late * chances).sum(axis=-1)
    by_keep = (_late(slope.T * (keep * (1 - keep))[:, None], np.zeros((len(spend), 1))) * chances).sum(axis=-1)
    by_delay = chances[..., 1:] * (late[..., 1:] - carried[..., None])
    return carried, np.concatenate([by_keep[..., None], by_delay], axis=-1)


def built_up(shape: Shape, weeks: int) -> tuple[Floats, Floats]:
    """How much of a lasting change of spend is carried in its first weeks, (channels, weeks), and its derivatives."""
    zeros = np.zeros((len(shape.logit_keep), _FIRST_WEEKS))
    carried, slopes = carry(np.hstack([zeros, np.ones((len(zeros), weeks))]), shape)
    return carried[:, _FIRST_WEEKS:], slopes[:, _FIRST_WEEKS:]


def _late(series: Floats, before: Floats) -> Floats:
    """The series (channels, weeks) none, one and two weeks late, along a last axis."""
    weeks = series.shape[1]
    padded = np.hstack([before, before, series])
    return np.stack([padded[:, DELAYS - 1 - delay :][:, :weeks] for delay in range(DELAYS)], axis=-1)

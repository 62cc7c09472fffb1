"""Lift tests against the fit: each counts for what its error lets it, and what is taken away is accounted for.

A test measures the outcome of spending more or less; the fit predicts one for the same change. Their ratio tells the
factor r by which a member's effect is right, in a model of random effects:

    measured ratio of member m ~ Normal(r_m, variance of its tests)
    r_m ~ Normal(level, relative variance of the fit + tau^2),   level ~ Normal(1, 0.2^2)

`level` is common to all: a fit can hardly tell organic from what every touch has alike. `tau`, how far a fit is out for
other reasons than chance, is learnt from all tested members at once, after DerSimonian and Laird (Controlled Clinical
Trials 7, 1986), but averaged over what it may be: with even odds nothing, else half-normal about 0. If tests agree with
the fit within their errors, tau is small and the fit stays; if they do not, the tests rule.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.attribution.data_driven import UNTESTED_BIAS
from outlay.decisions.attribution.hazards import ORGANIC
from outlay.decisions.attribution.shares import Floats, shares_of, summed

Residual = Literal["organic", "members"]

_LEVEL_SPREAD = 0.2
_GRID = np.linspace(0.0, 4.0, 401)  # of tau, in units of its prior's scale
_SLAB = np.exp(-0.5 * _GRID**2)
_PRIOR = 0.5 * (_GRID == 0.0) + 0.5 * _SLAB / _SLAB.sum()


def calibrate(
    effects: pd.DataFrame, tests: pd.DataFrame, *, residual: Residual = "organic", untested_bias: float = UNTESTED_BIAS
) -> pd.DataFrame:
    """The effects of a data-driven fit (`member`, `effect`, `effect_error`; one is organic), corrected by lift tests.

    `tests`: `member`, `outcome_delta` and `standard_error` as measured, `predicted_delta` as the fit has it for the
    same change (a channel switched off loses its `removal_loss`); several tests of a member are pooled by their errors.
    Tests of members without an effect are left out. Untested members have the level's factor.
    `residual`: what is taken from members becomes organic, or the untested members' in proportion to their effects;
    what is added is taken there. Where that does not suffice, all others shrink alike, so the sum never changes.

    Answers by member, as `effects`: `effect`, `share`, `standard_error` (of the share; tests, fit, level and tau
    together), `uncalibrated_effect`, `uncalibrated_share`, `factor` (effect / uncalibrated, before the residual's rule)
    and `weight` (of its own tests in the factor, 0 to 1; 0 where there is none).

    Raises ValueError for tests without an error, or for which the fit predicts no outcome.
    """
    if not (tests["standard_error"] > 0).all():
        raise ValueError("a lift test has a standard error above 0")
    known = tests[tests["member"].isin(set(effects.loc[effects["effect"] > 0, "member"]) - {ORGANIC})]
    if (known["predicted_delta"] == 0).any():
        raise ValueError("a lift test for which the fit predicts no outcome has no ratio")
    fitted = effects["effect"].to_numpy(dtype=float)
    own = np.divide(effects["effect_error"].to_numpy(dtype=float), fitted, out=np.zeros_like(fitted), where=fitted > 0)
    ratio, precision = _pooled(effects["member"], known)
    organic = (effects["member"] == ORGANIC).to_numpy()
    factor, variance, weight = _factors(ratio, precision, own**2, untested_bias)
    factor, variance = np.where(organic, 1.0, factor), np.where(organic, 0.0, variance)
    corrected = _conserved(fitted, fitted * factor, organic, precision > 0, residual)
    error = fitted * np.sqrt(variance)
    error[organic] = np.sqrt((error**2).sum() + (fitted * own)[organic] ** 2)
    total = fitted.sum()
    return pd.DataFrame(
        {
            "member": effects["member"].to_numpy(),
            "effect": corrected,
            "share": shares_of(corrected),
            "standard_error": error / total if total else np.zeros_like(error),
            "uncalibrated_effect": fitted,
            "uncalibrated_share": shares_of(fitted),
            "factor": factor,
            "weight": weight,
        }
    )


def _pooled(members: pd.Series, tests: pd.DataFrame) -> tuple[Floats, Floats]:
    """Each member's mean measured / predicted and its precision (1 / variance; 0 without a test), shape (members,)."""
    place = pd.Index(members).get_indexer(pd.Index(tests["member"]))
    predicted = tests["predicted_delta"].to_numpy(dtype=float)
    precise = (predicted / tests["standard_error"].to_numpy(dtype=float)) ** 2
    measured = tests["outcome_delta"].to_numpy(dtype=float) / predicted
    precision = summed(place, precise, len(members))
    weighted = summed(place, precise * measured, len(members))
    return np.divide(weighted, precision, out=np.ones(len(members)), where=precision > 0), precision


def _factors(ratio: Floats, precision: Floats, own: Floats, scale: float) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of each factor, and the tests' mean weight in it, averaged over what tau may be.

    The mean is never below 0: no touch prevents conversions. All shapes (members,); `own` is the fit's relative
    variance, `scale` the spread of tau. Arrays over tau have the shape (taus, members), or (taus, 1).
    """
    tested = precision > 0
    prior = np.maximum(own + (scale * _GRID[:, None]) ** 2, 1e-12)
    total = prior + np.divide(1.0, precision, out=np.zeros_like(precision), where=tested)
    sure = np.where(tested, 1 / total, 0.0)
    apart = ratio - 1
    pull = (sure * apart).sum(axis=1, keepdims=True)
    level_variance = 1 / (_LEVEL_SPREAD**-2 + sure.sum(axis=1, keepdims=True))
    level = 1 + level_variance * pull
    misfit = (np.where(tested, np.log(total), 0.0) + sure * apart**2).sum(axis=1, keepdims=True)
    log_chance = (np.log(level_variance) + level_variance * pull**2 - misfit) / 2 + np.log(_PRIOR[:, None])
    chance = np.exp(log_chance - log_chance.max())[:, 0]
    chance /= chance.sum()
    weights = prior * sure
    means = level + weights * (ratio - level)
    mean = chance @ means
    variance = chance @ (prior * (1 - weights) + (1 - weights) ** 2 * level_variance + (means - mean) ** 2)
    return np.maximum(mean, 0.0), variance, chance @ weights


def _conserved(
    fitted: Floats, corrected: Floats, organic: NDArray[np.bool_], tested: NDArray[np.bool_], residual: Residual
) -> Floats:
    """The corrected effects, with what is left over or lacking put where the rule says; the sum is the fitted one."""
    result = corrected.copy()
    left = fitted.sum() - corrected.sum()
    takers = organic if residual == "organic" else ~organic & ~tested
    if not fitted[takers].sum():
        takers = organic
    held = result[takers].sum()
    if held + left >= 0:
        result[takers] += left * (result[takers] / held if held else 1 / takers.sum())
        return result
    result[takers] = 0.0
    rescaled: Floats = result * (fitted.sum() / result.sum())
    return rescaled

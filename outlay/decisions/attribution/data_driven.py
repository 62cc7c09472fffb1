"""The data-driven model: what each member caused, by fitted hazards of independent causes, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from outlay.decisions.attribution.hazards import ORGANIC, Design, Fit, design, fit
from outlay.decisions.attribution.shares import Floats, share_gradients, shares_of, summed

FACTORS = ("interaction", "recency", "repeat")
OPTIONAL_FACTORS = ("position",)

# People who would buy anyway are chased by ads: without a test an effect may well be wrong by half of itself.
UNTESTED_BIAS = 0.5

_LARGEST_ERROR = 0.5  # of a share: who knows no more than that it is from 0 to 1 is not further off
_ROUNDING = 1e-12  # of the terms that a variance is summed from

__all__ = ["FACTORS", "OPTIONAL_FACTORS", "ORGANIC", "UNTESTED_BIAS", "DataDriven", "data_driven"]


@dataclass(frozen=True)
class DataDriven:
    """`effects`, by member in order of name, `organic` among them:

    effect          conversions that it caused; they sum to the converted occasions
    share           effect / sum
    standard_error  of the share, with what may be wrong because nothing was tested (`untested_bias`)
    sampling_error  of the share, by the curvature of the likelihood: only what chance does
    effect_error    of the effect, likewise
    removal_loss    conversions that would be lost without it: less than caused where others fire as well

    `hazards`, by member and level of the factors kept: `hazard`, the expected causes that a touch of the kind adds to
    one occasion. A converted occasion belongs to its touches, and to organic, in proportion to these.

    `multipliers`, by (factor, level): what a hazard is the product of, `member` being the first factor. A level that is
    not among them multiplies by 1. So kinds of touches that the fit never saw of a member have a hazard, too.
    """

    effects: pd.DataFrame
    hazards: pd.DataFrame
    multipliers: dict[tuple[str, str], float]
    factors: tuple[str, ...]
    log_likelihood: float


def data_driven(
    exposure: pd.DataFrame, converted: pd.DataFrame, *,
    factors: Sequence[str] = FACTORS, optional_factors: Sequence[str] = OPTIONAL_FACTORS,
    untested_bias: float = UNTESTED_BIAS,
) -> DataDriven:  # fmt: skip
    """Fit the hazards of hazards.py to what SQL aggregates from occasions (from a touch to the person's next one).

    `exposure`: `member`, the factors, `touches`: how many touches of the kind all occasions saw, each touch counting in
    each occasion that it is remembered in. One member is `organic`, a touch in every occasion, with NULL where a factor
    does not apply to it.
    `converted`: `occasion`, `member`, the factors, `touches`: the same for each occasion that ended in a conversion.

    A factor's levels are told by the frames: `recency`, say, is the touch's age in bins when the occasion begins.
    An optional factor (`position`: the occasion's place in the journey) stays only if it pays by Schwarz's criterion:
    it is needed where conversions come at the end of journeys of a usual length, and elsewhere only adds noise.

    Raises ValueError where nobody converted, converted occasions lack their organic touch or hold what the exposure
    does not, and where the fit does not settle.
    """
    own = converted.loc[converted["member"] == ORGANIC, "occasion"]
    if own.duplicated().any() or own.nunique() != converted["occasion"].nunique():
        raise ValueError(f"every converted occasion has one {ORGANIC} touch")
    found = fit(design(exposure, converted, factors))
    kept = tuple(factors)
    for factor in optional_factors:
        tried = fit(design(exposure, converted, (*kept, factor)))
        added = len(tried.theta) - len(found.theta)
        if tried.log_likelihood - found.log_likelihood > added / 2 * np.log(len(own)):
            found, kept = tried, (*kept, factor)
    hazards = found.design.cells[["member", *kept]].assign(hazard=found.hazards)
    multipliers = dict(zip(found.design.parameters, np.exp(found.theta).tolist(), strict=True))
    return DataDriven(_effects(found, untested_bias), hazards, multipliers, kept, found.log_likelihood)


def _effects(found: Fit, untested_bias: float) -> pd.DataFrame:
    """A cause that fired in a converted occasion is a member's with its share of the mean (Poisson thinning)."""
    of, means = found.design, found.means
    by_member = sparse.csr_array(of.rows @ sparse.diags_array(found.hazards) @ of.by_member)
    effects: Floats = by_member.T @ (1 / means)
    gradients = _gradients(of, found.hazards)
    covariance = found.covariance()
    shares = shares_of(effects)
    sampling = _spread(share_gradients(effects, gradients), covariance, _LARGEST_ERROR)
    organic = np.array([member == ORGANIC for member in of.members])
    doubt = np.where(organic, 0.0, untested_bias * shares)
    doubt[organic] = np.sqrt((doubt**2).sum())
    return pd.DataFrame(
        {
            "member": of.members,
            "effect": effects,
            "share": shares,
            "standard_error": np.minimum(np.hypot(sampling, doubt), _LARGEST_ERROR),
            "sampling_error": sampling,
            "effect_error": _spread(gradients, covariance, _LARGEST_ERROR * float(effects.sum())),
            "removal_loss": _losses(by_member, means),
        }
    )


def _gradients(of: Design, hazards: Floats) -> Floats:
    """Derivatives of the expected causes of each member, sum of touches * hazard, by theta: members x parameters."""
    caused = sparse.diags_array(of.touches * hazards)
    result: Floats = (of.by_member.T @ caused @ of.levels).toarray()
    return result


def _spread(gradients: Floats, covariance: Floats, largest: float) -> Floats:
    """Standard errors by the delta method; `largest` where nothing is known: where rounding drowns the variance."""
    variance = np.einsum("mp,pq,mq->m", gradients, covariance, gradients)
    rounding = _ROUNDING * np.einsum("mp,pq,mq->m", *(np.abs(part) for part in (gradients, covariance, gradients)))
    known: Floats = np.sqrt(np.clip(variance, 0.0, largest**2))
    return np.where(rounding <= largest**2, known, largest)


def _losses(by_member: sparse.csr_array, means: Floats) -> Floats:
    """Sum over converted occasions of the chance that only the member fired, given that any did."""
    entries = by_member.tocoo()
    rest = means[entries.coords[0]] - entries.data
    alone = np.exp(-rest) * np.expm1(-entries.data) / np.expm1(-means[entries.coords[0]])
    return summed(entries.coords[1], alone, by_member.shape[1])

"""Independent causes: what each touch adds to the chance that a person converts before the next touch.

An occasion begins with a touch and ends with the person's next. Each touch by then is a cause of its own, and being
there at all (organic) is another; the number of causes that fire in an occasion is Poisson with mean

    eta = sum over cells c of touches[c] * hazard[c],   hazard[c] = product over the cell's levels l of exp(theta[l])

and the person converts if any fires: P = 1 - exp(-eta). A cell is a member with one level of each factor (kind of
interaction, recency, …), so hazards are non-negative and factors multiply. Occasions without a conversion enter the
log likelihood only by their summed touches, so SQL sends totals by cell, and rows for the few that converted:

    sum over converted i of log(1 - exp(-eta_i)) - sum over cells of touches_elsewhere[c] * hazard[c]

What counts is exposure, not who converted: paths cut at the conversion do no harm, since nothing after it is missed.
Additive hazards of advertising: Zhang, Wei and Ren, Multi-touch attribution … with survival theory, ICDM 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from outlay.decisions.attribution.shares import Floats

ORGANIC = "organic"

_LEVEL_SPREAD = 3.0  # log hazards of a factor's levels against its commonest: a very weak prior
_GRADIENT = 1e-7  # of the mean log likelihood of a converted occasion
_MOST_STEPS = 500
_DAMPING = 1e-8  # of Newton's steps: where the data say nothing, nothing moves
_LEAST_KNOWN = 1e-12  # of what the best known direction is known
_NOTHING = 1e-200  # information on a member that causes nothing
_ROWS = 16_384  # converted occasions at once: 8 MB for 64 parameters


@dataclass(frozen=True)
class Design:
    """`cells`: the distinct member and factor levels, with `touches` in all occasions. `rows`: converted x cells.

    `levels`: cells x parameters, 1 where the parameter's level is the cell's; the first `len(members)` parameters are
    the members'. `parameters`: (factor, level) of each, the first factor being `member`. `elsewhere`: touches in
    occasions that did not convert, shape (cells,). `prior`: (parameters,), the precision of each, 0 for members.
    """

    cells: pd.DataFrame
    members: list[str]
    parameters: list[tuple[str, str]]
    rows: sparse.csr_array
    levels: sparse.csr_array
    elsewhere: Floats
    prior: Floats

    @property
    def touches(self) -> Floats:
        """Touches in all occasions, shape (cells,)."""
        return self.cells["touches"].to_numpy(dtype=float)

    @property
    def by_member(self) -> sparse.csr_array:
        """Cells x members, 1 where the cell is the member's."""
        return self.levels[:, : len(self.members)]


@dataclass(frozen=True)
class Fit:
    """The most likely hazards of a design: `theta` (parameters,), `hazards` (cells,), `means` (converted,)."""

    design: Design
    theta: Floats
    log_likelihood: float

    @property
    def hazards(self) -> Floats:
        result: Floats = np.exp(self.design.levels @ self.theta)
        return result

    @property
    def means(self) -> Floats:
        result: Floats = self.design.rows @ self.hazards
        return result

    def covariance(self) -> Floats:
        """Of theta: the inverse of the information, expected over occasions with these hazards, plus the prior's.

        An occasion of mean eta informs by 1 / (exp(eta) - 1); so does exp(eta) over its square if it converted.
        """
        information = _information(self.design, self.hazards, self.means) + np.diag(self.design.prior)
        told = np.diag(information)
        scale = np.sqrt(np.where(told > _NOTHING, told, 1.0))
        known, directions = np.linalg.eigh(information / np.outer(scale, scale))
        # What the data say nothing of, rounding makes a little more or less than nothing: never sure, never negative.
        result: Floats = (directions / np.maximum(known, _LEAST_KNOWN)) @ directions.T / np.outer(scale, scale)
        return result


def design(exposure: pd.DataFrame, converted: pd.DataFrame, factors: Sequence[str]) -> Design:
    """Arrays from the frames that `data_driven` describes, with levels of the given factors only."""
    by = ["member", *factors]
    cells = exposure.groupby(by, dropna=False, sort=True).agg(touches=("touches", "sum")).reset_index()
    number = cells[by].assign(cell=np.arange(len(cells)))
    placed = converted[["occasion", *by, "touches"]].merge(number, on=by, how="left")
    if placed["cell"].isna().any():
        raise ValueError("touches of converted occasions that the exposure does not hold")
    row, occasions = pd.factorize(placed["occasion"])
    rows = sparse.csr_array(
        (placed["touches"].to_numpy(dtype=float), (row, placed["cell"].to_numpy(dtype=np.int64))),
        shape=(len(occasions), len(cells)),
    )
    elsewhere = cells["touches"].to_numpy(dtype=float) - rows.sum(axis=0)
    if (elsewhere < 0).any():
        raise ValueError("more touches in converted occasions than in all")
    members = sorted(set(cells["member"]))
    blocks = [_indicators(cells["member"], members)]
    parameters = [("member", member) for member in members]
    for factor in factors:
        met = placed.groupby(factor)["touches"].sum().sort_values(ascending=False, kind="stable")
        reference = met.index[0] if len(met) else None
        own = sorted(set(cells[factor].dropna()) - {reference})
        blocks.append(_indicators(cells[factor], own))
        parameters += [(factor, level) for level in own]
    levels = sparse.csr_array(sparse.hstack(blocks))
    prior = np.where(np.arange(levels.shape[1]) < len(members), 0.0, _LEVEL_SPREAD**-2)
    return Design(cells, members, parameters, rows, levels, elsewhere, prior)


def fit(of: Design) -> Fit:
    """The hazards of greatest posterior density, by Newton steps within a trust region.

    Raises ValueError if they do not settle, and without a converted occasion.
    """
    converted = of.rows.shape[0]
    if not converted:
        raise ValueError("nobody converted: there is nothing to fit")
    start = np.zeros(of.levels.shape[1])
    start[: len(of.members)] = np.log(converted / of.touches.sum())

    def value(theta: Floats) -> tuple[float, Floats]:
        hazards = np.exp(of.levels @ theta)
        means = of.rows @ hazards
        pull = of.prior * theta
        loss = of.elsewhere @ hazards - np.log(-np.expm1(-means)).sum() + theta @ pull / 2
        return loss / converted, (of.levels.T @ _slopes(of, hazards, means) + pull) / converted

    def curvature(theta: Floats) -> Floats:
        hazards = np.exp(of.levels @ theta)
        means = of.rows @ hazards
        slopes = _slopes(of, hazards, means)
        sure = _information(of, hazards, means) + np.diag(of.prior + _DAMPING * converted)
        exact = sure + _by_levels(of, slopes)
        # Far from the best fit some directions bend down: following them would favour one of two members for nothing.
        bends = exact if _bends_up(exact) else sure + _by_levels(of, np.maximum(slopes, 0.0))
        result: Floats = bends / converted
        return result

    with np.errstate(over="ignore"):  # a step too far is infinitely unlikely, and taken back
        found = optimize.minimize(
            value, start, jac=True, hess=curvature, method="trust-exact",
            options={"gtol": _GRADIENT, "maxiter": _MOST_STEPS},
        )  # fmt: skip
    if np.abs(found.jac).max() > 1e3 * _GRADIENT:
        raise ValueError(f"the hazards did not settle within {found.nit} steps: {found.message}")
    theta: Floats = found.x
    return Fit(of, theta, float(-converted * found.fun))


def _slopes(of: Design, hazards: Floats, means: Floats) -> Floats:
    """Derivatives of the negative log likelihood by log hazard, shape (cells,)."""
    result: Floats = hazards * (of.elsewhere - of.rows.T @ (1 / np.expm1(means)))
    return result


def _by_levels(of: Design, cells: Floats) -> Floats:
    """A diagonal over cells, by parameters, (parameters, parameters)."""
    result: Floats = (of.levels.T @ sparse.csr_array(of.levels * cells[:, None])).toarray()
    return result


def _bends_up(matrix: Floats) -> bool:
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def _information(of: Design, hazards: Floats, means: Floats) -> Floats:
    """Sum over converted occasions of (d eta)(d eta)' exp(eta) / (exp(eta) - 1)^2, parameters squared."""
    steps = hazards[:, None] * of.levels.toarray()
    weights = 1 / (np.expm1(means) * -np.expm1(-means))
    result: Floats = np.zeros((steps.shape[1], steps.shape[1]))
    for head in range(0, len(means), _ROWS):
        some = slice(head, head + _ROWS)
        slopes = of.rows[some] @ steps
        result += slopes.T @ (weights[some, None] * slopes)
    return result


def _indicators(values: pd.Series, levels: list[str]) -> sparse.csr_array:
    """Cells x levels; cells of other levels, or to which the factor does not apply, have none."""
    codes = pd.Index(levels).get_indexer(pd.Index(values))
    own = np.flatnonzero(codes >= 0)
    return sparse.csr_array((np.ones(len(own)), (own, codes[own])), shape=(len(values), len(levels)))

"""Every model fitted on what SQL counted for each fiscal period, as rows that SQL divides conversions by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from outlay.decisions.attribution.calibration import calibrate
from outlay.decisions.attribution.data_driven import FACTORS, DataDriven, data_driven
from outlay.decisions.attribution.markov import CONVERSION, NULL, markov
from outlay.decisions.attribution.shapley import MOST_MEMBERS, shapley

Row = dict[str, Any]

TYPES = {
    "period_id": "string",
    "model": "string",
    "level": "string",
    "member": "string",
    "removal_effect": "Float64",
    "shapley_value": "Float64",
    "share": "Float64",
    "calibrated_share": "Float64",
    "standard_error": "Float64",
    "weight": "Float64",
    "reason": "string",
}
NO_MEMBER = "(none)"
LEVELS = (("click", "view"), ("opening", "day", "three_days", "week", "month"), ("first", "second", "more"))

_MOST_MEMBERS_WITH_ERRORS = 300  # of a chain: members x transitions are gone through
_DIGITS = 12  # what is left of a figure, so that its bytes do not hang on the last bit of a sum


class Counted(NamedTuple):
    """What SQL counted for one period.

    `journeys`, by `statistic`: `channel` and `campaign` have `older_member` (channels only), `newer_member`,
    `next_member` and in `journeys` how many moves; `set` has `members_mask` (bit b is the channel that is b-th by name;
    no rows beyond 20 channels), `journeys` and `conversions`.
    `occasions`: `occasion` (NULL where nobody converted), `member`, `interaction`, `recency`, `repeat`, `position` and
    `touches`, as data_driven.py has them.
    `lift_tests`: `test_id`, `member`, `outcome_delta`, `standard_error`, `conversions_per_outcome` and `spend_change`,
    the change of spend as a share of the channel's in the window.
    """

    journeys: pd.DataFrame
    occasions: pd.DataFrame
    lift_tests: pd.DataFrame


def fit_periods(period_ids: Sequence[str], counted: Callable[[str], Counted]) -> pd.DataFrame:
    """All models of all periods, by period and model, with the columns of TYPES; `counted` is asked period by period.

    A row's `level` is `channel`, `campaign` or `touch_kind`. `weight` is what a member counts for in a conversion that
    it touched: for `data_driven` the hazard of its commonest kind of touch, which the kind's own weight multiplies.
    Where a model cannot be fitted, one row with the member `(none)` says why in `reason`.
    """
    rows: list[Row] = []
    for period_id in period_ids:
        rows.extend({"period_id": period_id, **row} for row in _fitted(counted(period_id)))
    frame = pd.DataFrame(rows, columns=list(TYPES))
    figures = [column for column, kind in TYPES.items() if kind == "Float64"]
    frame[figures] = frame[figures].map(_rounded)
    return frame.astype(TYPES)


def _fitted(period: Counted) -> Iterator[Row]:
    moves = _ordered(period.journeys, ["statistic", "older_member", "newer_member", "next_member", "members_mask"])
    seen = _ordered(period.occasions, ["occasion", "member", *FACTORS, "position"])
    tests = _ordered(period.lift_tests, ["test_id"])
    yield from (*_chains(moves), *_coalitions(moves), *_causes(seen, tests))


def _ordered(frame: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """The rows in an order of their own: sums of fractions depend on it."""
    return frame.sort_values(order, kind="stable", ignore_index=True)


def _chains(moves: pd.DataFrame) -> Iterator[Row]:
    channels = moves[moves["statistic"] == "channel"]
    campaigns = moves[moves["statistic"] == "campaign"]
    yield from _settled("markov_1", "channel", lambda: _chain(_transitions(channels, 1), 1))
    yield from _settled("markov_1", "campaign", lambda: _chain(_transitions(campaigns, 1), 1))
    yield from _settled("markov_2", "channel", lambda: _chain(_transitions(channels, 2), 2))


def _transitions(moves: pd.DataFrame, order: int) -> pd.DataFrame:
    if moves.empty:
        raise ValueError("no journey with a touch in the window")
    history = ["older_member", "newer_member"][-order:]
    summed = moves.groupby([*history, "next_member"], sort=True)["journeys"].sum().reset_index()
    names = {name: f"from_{place}" for place, name in enumerate(history, 1)}
    return summed.rename(columns={**names, "next_member": "to", "journeys": "transitions"})


def _chain(transitions: pd.DataFrame, order: int) -> Iterator[Row]:
    members = transitions[f"from_{order}"].nunique()
    found = markov(transitions, order=order, errors=members <= _MOST_MEMBERS_WITH_ERRORS)
    for one in found.to_dict("records"):
        yield {**_shared(one), "removal_effect": one["effect"], "weight": max(one["effect"], 0.0)}


def _coalitions(moves: pd.DataFrame) -> Iterator[Row]:
    def values() -> Iterator[Row]:
        members = sorted(set(moves.loc[moves["statistic"] == "channel", "next_member"]) - {CONVERSION, NULL})
        if not members:
            raise ValueError("no journey with a touch in the window")
        if len(members) > MOST_MEMBERS:
            raise ValueError(f"{len(members)} channels: an exact Shapley value takes at most {MOST_MEMBERS}")
        for one in shapley(moves[moves["statistic"] == "set"], members).to_dict("records"):
            yield {**_shared(one), "shapley_value": one["effect"], "weight": max(one["effect"], 0.0)}

    yield from _settled("shapley", "channel", values)


def _causes(seen: pd.DataFrame, tests: pd.DataFrame) -> Iterator[Row]:
    """The fitted causes, and the same as corrected by the lift tests; without one they stand as they are."""
    try:
        found = _hazards(seen)
        corrected, untested = _corrected(found, tests)
    except (ValueError, np.linalg.LinAlgError) as error:
        for model in ("data_driven", "data_driven_calibrated"):
            yield _unsettled(model, "channel", error)
        return
    total = found.effects["effect"].sum()
    kinds = [_kind(found, levels) for levels in product(*LEVELS)]
    for fitted, tested in zip(found.effects.to_dict("records"), corrected.to_dict("records"), strict=True):
        weight = found.multipliers["member", fitted["member"]]
        share = None if untested else tested["share"]
        both = {"level": "channel", "member": fitted["member"], "calibrated_share": share, "reason": untested}
        yield {
            "model": "data_driven",
            **both,
            "removal_effect": fitted["removal_loss"] / total,
            "share": fitted["share"],
            "standard_error": fitted["standard_error"],
            "weight": weight,
        }
        factor = tested["effect"] / fitted["effect"] if fitted["effect"] > 0 else 0.0
        yield {
            "model": "data_driven_calibrated",
            **both,
            "share": tested["share"],
            "standard_error": tested["standard_error"],
            "weight": weight * factor,
        }
    for model in ("data_driven", "data_driven_calibrated"):
        yield from ({"model": model, "level": "touch_kind", **kind} for kind in kinds)


def _hazards(seen: pd.DataFrame) -> DataDriven:
    cells = ["member", *FACTORS, "position"]
    exposure = seen.groupby(cells, dropna=False, sort=True)["touches"].sum().reset_index()
    return data_driven(exposure, seen[seen["occasion"].notna()])


def _kind(found: DataDriven, levels: tuple[str, ...]) -> Row:
    """What a kind of touch has of its member's hazard. An occasion's position is the same for all, and cancels out."""
    multipliers = [found.multipliers.get(pair, 1.0) for pair in zip(FACTORS, levels, strict=True)]
    return {"member": "|".join(levels), "weight": float(np.prod(multipliers))}


def _corrected(found: DataDriven, tests: pd.DataFrame) -> tuple[pd.DataFrame, str | None]:
    """Calibrated effects in the order of the fit's, and why there are none."""
    losses = found.effects.set_index("member")["removal_loss"]
    predicted = tests["spend_change"].astype(float) * losses.reindex(tests["member"]).to_numpy(dtype=float)
    per_outcome = tests["conversions_per_outcome"].astype(float)
    told = pd.DataFrame(
        {
            "member": tests["member"],
            "outcome_delta": tests["outcome_delta"].astype(float) * per_outcome,
            "standard_error": tests["standard_error"].astype(float) * per_outcome,
            "predicted_delta": predicted,
        }
    ).dropna()
    told = told[(told["standard_error"] > 0) & (told["predicted_delta"].abs() > 0)]
    corrected = calibrate(found.effects, told)
    if not told.empty:
        return corrected, None
    stands = found.effects[["member", "effect", "share", "standard_error"]]
    return stands, "no_lift_test" if tests.empty else "no_comparable_lift_test"


def _shared(one: Mapping[Any, Any]) -> Row:
    return {"member": one["member"], "share": one["share"], "standard_error": one["standard_error"]}


def _settled(model: str, level: str, fitted: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    """The rows of a fit, or the one that says why there are none."""
    try:
        yield from [{"model": model, "level": level, **row} for row in fitted()]
    except (ValueError, np.linalg.LinAlgError) as error:
        yield _unsettled(model, level, error)


def _unsettled(model: str, level: str, error: Exception) -> Row:
    return {"model": model, "level": level, "member": NO_MEMBER, "reason": str(error)}


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.{_DIGITS}g}")

"""Where the money should go: the most outcome for today's budget, the least cost for today's outcome, or stay.

A plan is judged in every world that the evidence leaves possible (`Response.draws`): its gain is the outcome against
today's in the same world. Candidates are best for expected gain less caution times its spread, channel by channel, and
steps of them towards today. Of those that gain a little even in a bad world (one in twenty is worse), the one is taken
that gains most on average and in a poor one (one in ten). If there is none, or it is not worth a change, the answer is
to stay. The little is what a choice among many candidates flatters itself by; more of it where no test backs any curve.

That today's outcome costs less is printed only of channels measured at two levels, between the spends that tests
compared. Elsewhere a platform's bias may change with spend, and such a saving is a test to run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.allocation.field import Field, field
from outlay.decisions.response import LIFT_TEST, PRIOR, REPORTED_SHAPE, TWO_LEVEL_TEST, Response
from outlay.decisions.response.curves import Floats

Flags = NDArray[np.bool_]

MOST_OUTCOME, LEAST_COST = "most_outcome", "least_cost"
SHIFT, HOLD, TEST_NEXT = "shift", "hold", "test_next"

_STEPS = (0.25, 0.5, 0.75, 1.0)
_SURE = 0.05  # the share of worlds in which a plan may miss today's outcome
_LEAST_GAIN = 0.01  # of these channels' outcome
_MARGIN, _UNTESTED_MARGIN = 0.004, 0.015  # of it, that a plan gains in a bad world
_POOR = 0.1
_LEAST_SAVING = 0.01  # of their cost
_MOVED = 0.005  # of a channel's spend
_WANTED = 0.05  # of a channel's spend: a move worth a test
_BAND = (0.1, 0.9)

_BACKED = {
    TWO_LEVEL_TEST: "measured at two spend levels",
    LIFT_TEST: "measured by a lift test at one level",
    REPORTED_SHAPE: "known only from what the platform reports",
    PRIOR: "known neither from a test nor from the platform",
}


@dataclass(frozen=True)
class Allocation:
    """What to do. `channels`, one row a channel in the order of the plan:

    channel, current_amount, recommended_amount   a week
    expected_outcome, low, high                   of the recommended amount, a week, 80 %; NULL without a curve
    outcome_change, change_low, change_high       the same against today's amount
    action, reason, backed_by                     reason is a clause; backed_by is NULL without a curve
    test_amount                                   where the curve is worth testing; NULL where there is nothing to test

    Of the whole plan, a week: `today` (expected outcome of these channels), `gain`, `gain_low`, `gain_high` (against
    today's, 80 %), `cost`, `saving` (of it), `chance_worse` (share of worlds in which the outcome is less than
    today's), `action` and `reason`; `untested_saving`: what the curves would save further if tests confirmed them.
    """

    objective: str
    channels: pd.DataFrame
    today: float
    gain: float
    gain_low: float
    gain_high: float
    cost: float
    saving: float
    chance_worse: float
    action: str
    reason: str
    untested_saving: float


def most_outcome(response: Response, plan: pd.DataFrame, *, groups: pd.DataFrame | None = None) -> Allocation:
    """The division of today's budget that is expected to bring the most, as far as that is safe.

    `plan`: `channel`, `current` (a week), and limits as limits.py has them; `groups` likewise. Channels without a
    curve, or known from the prior alone, keep what they have. Where limits leave no room for the budget the reason
    says so. Recommended amounts are hundredths of a unit and add up to today's.

    Raises ValueError for limits that contradict themselves, and for a channel that is twice in the plan.
    """
    of = field(response, plan, groups)
    best = of.best(float(of.current.sum()))
    if (forced := _forced(of, best)) is not None:
        return _answer(of, response, MOST_OUTCOME, *forced)
    chosen = _safest(of, [of.current + step * (plan - of.current) for plan in best for step in _STEPS])
    if chosen is None:
        reason = "no other division is sure enough to bring more"
        return _answer(of, response, MOST_OUTCOME, of.current, best[0], reason)
    return _answer(of, response, MOST_OUTCOME, chosen, best[0], "the same money is expected to bring more")


def least_cost(response: Response, plan: pd.DataFrame, *, groups: pd.DataFrame | None = None) -> Allocation:
    """The cheapest spend that brings today's outcome in 19 of 20 worlds, moving only what tests have proven.

    Arguments and errors as `most_outcome`; so is the answer where today breaks the limits. A saving under 1 % is
    not worth a plan. What channels could save whose curves no test has measured at two levels is `untested_saving`, and
    their action is to test.
    """
    of = field(response, plan, groups, proven=True)
    wide = field(response, plan, groups)
    forced = None if wide.feasible() else _forced(wide, wide.best(float(wide.current.sum())))
    if forced is not None:
        return _answer(wide, response, LEAST_COST, *forced)
    chosen, wanted = _cheapest(of), _cheapest(wide)
    cost = float(of.current.sum())
    if cost - chosen.sum() < _LEAST_SAVING * cost:
        chosen = of.current
    if cost - wanted.sum() < max(cost - chosen.sum(), _LEAST_SAVING * cost):
        wanted = chosen
    proven = any(backing == TWO_LEVEL_TEST for backing in of.backing)
    if chosen.sum() < cost:
        reason = "tests at two levels show the same outcome for less"
    elif proven:
        reason = "no cheaper division is sure to bring today's outcome"
    else:
        reason = "no channel has been tested at two spend levels"
    return _answer(of, response, LEAST_COST, chosen, wanted, reason)


def _forced(of: Field, best: list[Floats]) -> tuple[Floats, Floats, str] | None:
    """What limits leave to do, to test and to say where they forbid today's spend or any; None where they do not."""
    if not best:
        return of.current, of.current, "no division keeps the limits and the budget"
    if not of.feasible():
        return best[-1], best[-1], "today's spend is outside its limits"
    return None


def _safest(of: Field, plans: list[Floats]) -> Floats | None:
    """Of plans that gain even in a bad world, the one of the greatest gain on average and in a poor world."""
    tested = any(backing in (TWO_LEVEL_TEST, LIFT_TEST) for backing in of.backing)
    gains = np.stack([of.gains(plan) for plan in plans])
    bad, poor = np.quantile(gains, (_SURE, _POOR), axis=1)
    safe = bad >= (_MARGIN if tested else _UNTESTED_MARGIN) * _expected(of)
    worth = np.where(safe & (gains.mean(axis=1) >= _LEAST_GAIN * _expected(of)), gains.mean(axis=1) + poor, -np.inf)
    return plans[int(np.argmax(worth))] if np.isfinite(worth).any() else None


def _cheapest(of: Field) -> Floats:
    """Of plans that are sure of today's outcome, the one of least cost: today's, if need be."""
    sure = [plan for plan in of.cheaper() if np.quantile(of.gains(plan), _SURE) >= 0]
    return min([of.current, *sure], key=lambda plan: float(plan.sum()))


def _expected(of: Field) -> float:
    return float(of.today.sum(axis=1).mean())


def _answer(of: Field, response: Response, objective: str, chosen: Floats, wanted: Floats, reason: str) -> Allocation:
    chosen = of.rounded(chosen)
    outcomes, gains = of.outcomes(chosen), of.gains(chosen)
    changes = outcomes - of.today
    known = np.array([backing is not None for backing in of.backing], dtype=bool)
    moved = _moves(of, chosen, _MOVED)
    told = [_told(of, response, place, chosen, wanted, moved) for place in range(len(of.channels))]
    to_test = np.array([action == TEST_NEXT for action, _ in told], dtype=bool) & _moves(of, wanted, _WANTED)
    columns: dict[str, object] = {
        "channel": of.channels,
        "current_amount": of.current,
        "recommended_amount": chosen,
        **_estimates(("expected_outcome", "low", "high"), outcomes, known),
        **_estimates(("outcome_change", "change_low", "change_high"), changes, known),
        "action": [action for action, _ in told],
        "reason": [why for _, why in told],
        "backed_by": pd.array(of.backing, dtype="string"),
        "test_amount": _nullable(of.rounded(wanted), to_test),
    }
    low, high = np.quantile(gains, _BAND)
    return Allocation(
        objective, pd.DataFrame(columns), _expected(of), float(gains.mean()), float(low), float(high),
        float(of.current.sum()), float(of.current.sum() - chosen.sum()), float((gains < 0).mean()),
        SHIFT if moved.any() else HOLD, reason,
        max(float(chosen.sum() - wanted.sum()), 0.0) if objective == LEAST_COST else 0.0,
    )  # fmt: skip


def _moves(of: Field, spend: Floats, share: float) -> Flags:
    """Whether a channel's spend changes by more than that share of it (of a hundredth, where it spends nothing)."""
    return np.abs(spend - of.current) > np.maximum(share * of.current, 0.01)


def _estimates(names: tuple[str, str, str], worlds: Floats, known: Flags) -> dict[str, object]:
    """Mean and 80 % band by channel; NULL where there is no curve."""
    values = (worlds.mean(axis=0), *np.quantile(worlds, _BAND, axis=0))
    return {name: _nullable(value, known) for name, value in zip(names, values, strict=True)}


def _nullable(values: Floats, known: Flags) -> pd.api.extensions.ExtensionArray:
    filled = pd.array(np.where(known, values, 0.0), dtype="Float64")
    filled[~known] = pd.NA
    return filled


def _told(of: Field, response: Response, place: int, chosen: Floats, wanted: Floats, moved: Flags) -> tuple[str, str]:
    """Action and reason of one channel."""
    channel, backing, current = of.channels[place], of.backing[place], of.current[place]
    if backing is None:
        return HOLD, response.reasons.get(channel, "no curve: nothing is known of it in the weeks that were fitted")
    backed = _BACKED[backing]
    if moved[place]:
        raised = chosen[place] > current
        way = (
            "a unit more brings more here than elsewhere" if raised else "the last unit brings less here than elsewhere"
        )
        return SHIFT, f"{way}; {backed}"
    if backing == PRIOR:
        return TEST_NEXT, f"{backed}: a lift test would be the first"
    apart = abs(wanted[place] - chosen[place]) > _WANTED * max(current, 1e-9)
    if apart and backing != TWO_LEVEL_TEST:
        way = "more" if wanted[place] > current else "less"
        return TEST_NEXT, f"{way} spend looks better, but it is {backed}"
    return HOLD, f"no better amount is sure enough; {backed}"

"""A run's curves and recommendations as one table, each recommendation said in a sentence as well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outlay.decisions.allocation import Allocation, least_cost, most_outcome, plan_limits
from outlay.decisions.response import fit_response
from outlay.decisions.wording import channel_sentence, plan_sentence

CURVE, RECOMMENDATION = "curve", "recommendation"
RECENT_WEEKS = 4  # whose mean is what a channel spends today
_SEED = 20_240_229


def allocation_table(
    weekly: pd.DataFrame, outcomes: pd.DataFrame, tests: pd.DataFrame, limits: pd.DataFrame, *, currency: str
) -> pd.DataFrame:
    """What each channel's spend brings a week, and what to do, told apart by `told`: curve or recommendation.

    The frames are those of `fit_response`; amounts and outcomes are in `currency`; `limits` (a week) as `plan_limits`
    has them. Today's plan is the mean of the last RECENT_WEEKS weeks that any channel has. `plan_…` columns speak of
    the whole plan and stand in each of its rows. Without a channel the table is empty.
    """
    if weekly.empty:
        return pd.DataFrame({"told": pd.Series(dtype="string")})
    response = fit_response(weekly, outcomes, tests, rng=np.random.default_rng(_SEED))
    curves = (
        response.table()
        .rename(columns={"marginal": "marginal_outcome", "marginal_high": "marginal_outcome_high"})
        .assign(told=CURVE)
    )
    curves["point_no"] = curves.groupby("channel").cumcount() + 1
    plan, groups = plan_limits(_today(weekly), limits)
    made = [_recommended(decide(response, plan, groups=groups), currency) for decide in (most_outcome, least_cost)]
    return pd.concat([curves, *made], ignore_index=True)


def _today(weekly: pd.DataFrame) -> pd.DataFrame:
    """Channels with their mean weekly spend of late; credits make no negative plan."""
    weeks = np.sort(weekly["week"].unique())[-RECENT_WEEKS:]
    recent = weekly[weekly["week"].isin(weeks)].groupby("channel")["spend"].sum() / len(weeks)
    current = recent.reindex(sorted(weekly["channel"].unique()), fill_value=0.0).clip(lower=0.0).round(2)
    return current.rename("current").rename_axis("channel").reset_index()


def _recommended(made: Allocation, currency: str) -> pd.DataFrame:
    def money(amount: float) -> str:
        return f"{amount:,.0f} {currency}"

    def outcome(amount: float) -> str:
        return f"{amount:+,.0f} {currency} revenue"

    rows = made.channels.to_dict("records")
    return made.channels.assign(
        told=RECOMMENDATION,
        objective=made.objective,
        chance_worse=made.chance_worse,
        sentence=pd.array([channel_sentence(row, money, outcome) or pd.NA for row in rows], dtype="string"),
        plan_action=made.action,
        plan_reason=made.reason,
        plan_outcome=made.today + made.gain,
        plan_gain=made.gain,
        plan_gain_low=made.gain_low,
        plan_gain_high=made.gain_high,
        plan_cost=made.cost,
        plan_saving=made.saving,
        plan_untested_saving=made.untested_saving,
        plan_sentence=plan_sentence(made, money, outcome),
    )

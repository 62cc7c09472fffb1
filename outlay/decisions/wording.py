"""What the numbers say, one sentence a recommendation, with its evidence and its interval. Plain text.

`money` writes an amount in the reader's currency, `outcome` a number of outcomes ("120 orders"); both are given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from outlay.decisions.allocation import LEAST_COST, SHIFT, TEST_NEXT, Allocation

Write = Callable[[float], str]

_RARE = 0.005


def lifetime_sentence(row: Mapping[Hashable, Any], *, money: Write) -> str:
    """Of one row of `lifetime_values`: what a customer of the cohort and campaign is worth, and when they have paid."""
    who = f"{row['campaign']}, customers of {row['cohort']}"
    if pd.isna(row["ltv"]):
        return f"{who}: value unknown, {row['ltv_reason']}."
    worth = f"{who}: {money(row['ltv'])} margin each within {row['horizon']} months"
    if pd.isna(row["ltv_low"]):
        band = f"no interval: {row['ltv_low_reason']}"
    else:
        band = f"80 %: {money(row['ltv_low'])} to {money(row['ltv_high'])}, by back-tests of earlier cohorts"
    if pd.isna(row["cac"]):
        return f"{worth} ({band}); {row['cac_reason']}."
    cost = f"{money(row['cac'])} to acquire, {row['ltv_to_cac']:.1f} times returned"
    if pd.isna(row["payback_months"]):
        return f"{worth} ({band}); {cost}; not paid back: {row['payback_months_reason']}."
    return f"{worth} ({band}); {cost}; paid back in {_months(int(row['payback_months']))}."


def plan_sentence(of: Allocation, money: Write, outcome: Write) -> str:
    """What the whole plan says."""
    tested = ""
    if of.untested_saving > 0:
        share = f"{of.untested_saving / of.cost:.1%}"
        tested = f" A further {money(of.untested_saving)} a week ({share}) is a test to run, not a saving yet."
    if of.action != SHIFT:
        return f"Keep today's division: {of.reason}.{tested}"
    moved = float((of.channels["recommended_amount"] - of.channels["current_amount"]).clip(lower=0).sum())
    band = f"80 %: {outcome(of.gain_low)} to {outcome(of.gain_high)}"
    if of.objective == LEAST_COST:
        return (
            f"Today's outcome for {money(of.saving)} a week less ({of.saving / of.cost:.1%}): {of.reason}; "
            f"expected change {outcome(of.gain)} ({band}), {_chance(of.chance_worse)}.{tested}"
        )
    return f"Move {money(moved)} a week: {of.reason}, {outcome(of.gain)} a week ({band}), {_chance(of.chance_worse)}."


def channel_sentence(row: Mapping[Hashable, Any], money: Write, outcome: Write) -> str:
    """What it says of the channel of one row; empty where there is nothing to do."""
    channel, current = row["channel"], money(row["current_amount"])
    if row["action"] == SHIFT:
        verb = "Raise" if row["recommended_amount"] > row["current_amount"] else "Cut"
        amount, change = money(row["recommended_amount"]), outcome(row["outcome_change"])
        band = f"80 %: {outcome(row['change_low'])} to {outcome(row['change_high'])}"
        return f"{verb} {channel} from {current} to {amount} a week ({change}, {band}): {row['reason']}."
    if row["action"] == TEST_NEXT:
        at = "" if pd.isna(row["test_amount"]) else f" at {money(row['test_amount'])} a week"
        return f"Test {channel}{at}, today {current}: {row['reason']}."
    return ""


def _chance(worse: float) -> str:
    return "less than today in under 0.5 % of cases" if worse < _RARE else f"less than today in {worse:.1%} of cases"


def _months(count: int) -> str:
    return "the first month" if count <= 1 else f"{count} months"

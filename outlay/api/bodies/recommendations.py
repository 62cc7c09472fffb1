"""What `/recommendations` answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from outlay.api.bodies.common import Amount, Ratio, Reasons, Served, Told


class Plan(Told):
    """What an objective says of all channels together; amounts and outcomes a week."""

    objective: Annotated[str, Field(description="most_outcome for today's budget, or least_cost for today's outcome.")]
    action: Annotated[str, Field(description="shift or hold.")]
    reason: str
    outcome: Annotated[Amount, Field(description="Revenue that these channels are expected to bring.")]
    gain: Annotated[Amount, Field(description="The same against today's.")]
    gain_low: Amount
    gain_high: Amount
    cost: Amount
    saving: Annotated[Amount, Field(description="Printed only of channels measured at two spend levels.")]
    untested_saving: Annotated[Amount, Field(description="A test to run, not a saving.")]
    chance_worse: Annotated[Ratio, Field(description="Share of worlds in which it brings less than today's.")]
    sentence: str


class Recommendation(Told):
    """What to do with a channel's weekly budget, for one objective."""

    objective: str
    channel: str
    current_amount: Amount | None
    recommended_amount: Amount | None
    expected_outcome: Ratio | None
    low: Ratio | None
    high: Ratio | None
    outcome_change: Amount | None
    change_low: Amount | None
    change_high: Amount | None
    reasons: Reasons
    action: Annotated[str, Field(description="shift, hold or test_next.")]
    reason: str
    backed_by: Annotated[str | None, Field(description="What backs the channel's curve; null without one.")]
    test_amount: Annotated[Amount | None, Field(description="What a test should spend; null where none is proposed.")]
    sentence: Annotated[str | None, Field(description="The same in words; null where nothing is to be done.")]


class CurvePoint(Told):
    """A point of a channel's response curve: what a steady weekly spend brings in weekly revenue."""

    channel: str
    spend: Amount | None
    outcome: Ratio | None
    low: Ratio | None
    high: Ratio | None
    marginal_outcome: Ratio | None
    backed_by: str | None
    reasons: Reasons


class RecommendationsAnswer(Served):
    """Where the next euro should go, and the curves behind it."""

    plans: list[Plan]
    recommendations: list[Recommendation]
    response_curves: list[CurvePoint]
    reasons: Reasons

"""What `/roi` answers."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field

from outlay.api.bodies.common import Amount, Cursor, Ratio, Reasons, Served, Told


class Campaign(Told):
    """A campaign; its fields are null where only touches or costs name it."""

    campaign_id: str
    name: str | None
    platform: str | None
    channel: str | None
    department_id: str | None
    vendor_id: str | None
    start_date: datetime.date | None
    end_date: datetime.date | None
    status: str | None


class RoiFigures(Told):
    """What was spent and what it returned, under one attribution model."""

    model: str
    cost_amount: Amount | None
    cost_finality: Annotated[str | None, Field(description="The least final part of the cost.")]
    revenue_amount: Amount | None
    margin_amount: Amount | None
    profit_amount: Amount | None
    conversions: Ratio | None
    new_customers: Ratio | None
    roi: Annotated[Ratio | None, Field(description="Profit over cost; null without cost, never infinite.")]
    roi_low: Ratio | None
    roi_high: Ratio | None
    roas: Ratio | None
    cpa: Ratio | None
    cac: Ratio | None
    ltv: Amount | None
    ltv_to_cac: Ratio | None
    payback_months: Ratio | None
    marginal_roi: Ratio | None
    reasons: Reasons


class RoiWeek(Told):
    """An ISO week under one model."""

    period_id: str
    model: str
    cost_amount: Amount | None
    revenue_amount: Amount | None
    margin_amount: Amount | None
    profit_amount: Amount | None
    roi: Ratio | None
    reasons: Reasons


class PlatformClaim(Told):
    """What the platform itself claims."""

    platform_spend_amount: Amount | None
    platform_value_amount: Amount | None
    platform_roas: Ratio | None
    reasons: Reasons


class LifetimeValue(Told):
    """What a customer is worth whom the campaign won in the cohort's month, within the horizon."""

    cohort: str
    horizon_months: int
    customers: Ratio | None
    observed_amount: Amount | None
    ltv: Amount | None
    ltv_low: Amount | None
    ltv_high: Amount | None
    cac: Ratio | None
    ltv_to_cac: Ratio | None
    payback_months: int | None
    reasons: Reasons


class RoiAnswer(Served):
    """A campaign under every attribution model, and week by week."""

    campaign: Campaign
    period_kind: str
    period_id: str
    headline_model: str
    models: list[RoiFigures]
    platform_claim: PlatformClaim | None
    weeks: list[RoiWeek]
    lifetime_values: list[LifetimeValue]
    reasons: Reasons


class ListedCampaign(RoiFigures):
    """A campaign in a list."""

    campaign: Campaign


class RoiPage(Served):
    """Campaigns of a period under one model."""

    period_kind: str
    period_id: str
    model: str
    campaign_count: int
    campaigns: list[ListedCampaign]
    next_cursor: Cursor

"""The budget of a period: totals, the department tree, categories and channels."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from outlay.api.bodies.common import Amount, Ratio, Reasons, Served, Told

Basis = Literal["service", "ledger"]


class Figures(Told):
    """Budget against actual of one member; children sum to their parent to the cent."""

    budget_amount: Amount | None
    budget_to_date_amount: Amount | None
    ledger_amount: Annotated[Amount | None, Field(description="Posted in the ledger.")]
    manual_amount: Annotated[Amount | None, Field(description="Recorded through the API, not in the ledger yet.")]
    accrued_amount: Annotated[Amount | None, Field(description="Delivered or billed, not posted yet.")]
    actual_amount: Annotated[Amount | None, Field(description="ledger + manual + accrued; basis=ledger: ledger only.")]
    committed_amount: Amount | None
    planned_amount: Amount | None
    available_amount: Annotated[Amount | None, Field(description="budget - actual - committed.")]
    carried_in_amount: Annotated[
        Amount | None, Field(description="Left of the period before by the carry policy; not in the budget.")
    ]
    carried_out_amount: Annotated[
        Amount | None, Field(description="What the next period takes over; 0 until this one is over.")
    ]
    available_with_carried_amount: Annotated[Amount | None, Field(description="available + carried in.")]
    variance_amount: Annotated[Amount | None, Field(description="actual - budget to date; positive is overspent.")]
    variance_pct: Annotated[Ratio | None, Field(description="Of the absolute budget to date, as a fraction.")]
    impact: Annotated[Amount | None, Field(description="Favourable positive.")]
    operating_variance_amount: Amount | None
    fx_variance_amount: Amount | None
    forecast_amount: Amount | None
    forecast_low_amount: Amount | None
    forecast_high_amount: Amount | None
    forecast_variance_amount: Annotated[Amount | None, Field(description="forecast - budget of the whole period.")]
    budget_status: Literal["budgeted", "zero_budget", "unbudgeted"]
    reasons: Reasons


class Driver(Told):
    """A part of the variance to date; the drivers of a member sum to its variance."""

    driver: str
    amount: Amount


class Pace(Told):
    """Spending against the calendar, on the last day counted."""

    date_day: datetime.date | None
    pace: Annotated[Ratio | None, Field(description="Actual to date over budget to date: 1 is on plan.")]
    required_daily_amount: Amount | None
    projected_amount: Amount | None
    exhaustion_date: datetime.date | None
    reasons: Reasons


class Finality(Told):
    """How final the cost is, each part and its share of all."""

    closed_amount: Amount
    invoiced_amount: Amount
    accrued_amount: Amount
    platform_only_amount: Amount
    closed_share: Ratio | None
    invoiced_share: Ratio | None
    accrued_share: Ratio | None
    platform_only_share: Ratio | None
    reasons: Reasons


class Member(Told):
    """A category or a channel of its parent."""

    name: str
    figures: Figures


class Department(Told):
    """A department with all below it. `unallocated` among its departments is what is its own."""

    department_id: str
    name: str
    figures: Figures
    pace: Pace
    finality: Finality
    drivers: list[Driver]
    categories: list[Member]
    channels: list[Member]
    departments: list[Department]


class Period(Told):
    """The fiscal period, quarter or year."""

    period_id: str
    period_kind: str
    fiscal_year: int
    start_date: datetime.date
    end_date: datetime.date
    status: str
    calendar: Annotated[str, Field(description="Pattern of the fiscal calendar.")]


class Bridge(Told):
    """Served against ledger of the calendar months that lie in the period."""

    served_amount: Amount | None
    ledger_amount: Amount | None
    unexplained_amount: Amount | None
    explained_pct: Ratio | None
    open_item_count: int
    reasons: Reasons


class Unbudgeted(Told):
    """What no budget line plans, contained in the totals."""

    actual_amount: Amount
    committed_amount: Amount | None
    member_count: int
    reasons: Reasons


class Prior(Told):
    """The comparable period a year before."""

    period_id: str
    budget_amount: Amount | None
    actual_amount: Amount | None
    reasons: Reasons


class ForecastQuality(Told):
    """How good the forecasts of the last scored period were."""

    period_id: str
    wape: Ratio | None
    bias: Ratio | None
    coverage: Ratio | None
    baseline_wape: Ratio | None
    reasons: Reasons


class BasisDifference(Told):
    """What the basis leaves out against the service view."""

    manual_amount: Amount | None
    accrued_amount: Amount | None


class BudgetAnswer(Served):
    """Budget against actual of a period. Departments sum to the totals, and so do categories and channels."""

    period: Period
    budget_version: str
    budget_versions: Annotated[list[str], Field(description="Versions that plan this period.")]
    rate_set: Annotated[str, Field(description="Exchange rates of the budget; actuals are at their own day's.")]
    basis: Basis
    basis_difference: BasisDifference
    department: str | None
    channel: str | None
    totals: Figures
    pace: Pace
    finality: Finality
    drivers: list[Driver]
    departments: list[Department]
    categories: list[Member]
    channels: list[Member]
    unbudgeted: Unbudgeted
    prior_period: Prior
    forecast_quality: ForecastQuality | None
    reconciliation: Bridge
    reasons: Reasons

"""The answers from the published tables besides the budget."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import Field

from outlay.api.bodies.budget import Bridge
from outlay.api.bodies.common import Amount, Ratio, Reasons, Served, Told

Cursor = Annotated[str | None, Field(description="Ask again with it for the next page; null at the end.")]


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
    """What customers won by the campaign are worth."""

    cohort: str
    horizon: str
    customers: Ratio | int | None
    ltv: Amount | None
    ltv_low: Amount | None
    ltv_high: Amount | None
    cac: Ratio | None
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


class Metric(Told):
    """One measure of a vendor, and its points from 0 to 100."""

    metric: str
    value: Ratio | None
    score: Ratio | None
    reasons: Reasons


class Scorecard(Told):
    """How a vendor does over the last twelve months."""

    grade: str
    score: Ratio | None
    coverage: Ratio | None
    leakage_amount: Amount | None
    open_credit_amount: Amount | None
    reasons: Reasons
    invoice_count: int
    month_count: int
    metrics: list[Metric]


class Vendor(Told):
    """A vendor's record."""

    vendor_id: str
    name: str
    surviving_vendor_id: str | None
    country: str | None
    currency: str | None
    has_delivery_feed: bool
    is_listed: bool


class Contract(Told):
    """A contract's minimum and cap, in its own currency."""

    contract_id: str
    start_date: datetime.date | None
    end_date: datetime.date | None
    has_ended: bool
    currency: str | None
    invoiced_amount: Amount | None
    min_commit_amount: Amount | None
    remaining_amount: Amount | None
    shortfall_amount: Amount | None
    cap_amount: Amount | None
    left_under_cap_amount: Amount | None
    reasons: Reasons


class OrderLine(Told):
    """A purchase-order line and what became of it, in its own currency."""

    po_id: str
    line_no: str
    po_number: str | None
    order_status: str
    currency: str
    ordered_amount: Amount | None
    invoiced_amount: Amount | None
    accrued_unbilled_amount: Amount | None
    open_amount: Amount | None
    released_amount: Amount | None
    overbilled_amount: Amount | None
    reasons: Reasons


class Claim(Told):
    """Money that can be recovered or no longer spent."""

    claim_id: str
    detector: str
    claim_class: Annotated[str, Field(alias="class")]
    vendor_id: str
    found_on: datetime.date | None
    expires_on: datetime.date | None
    currency: str | None
    gross_amount: Amount | None
    claimable_amount: Amount | None
    overlap_amount: Amount | None
    recurrence: str | None
    one_off_amount: Amount | None
    monthly_amount: Amount | None
    annualised_amount: Amount | None
    counts_as_saving: bool
    explanation: str
    status: str
    reasons: Reasons
    evidence: list[dict[str, Any]]


class VendorAnswer(Served):
    """A vendor with all that is published of it."""

    vendor: Vendor
    scorecard: Scorecard | None
    contracts: list[Contract]
    orders: list[OrderLine]
    savings: list[Claim]
    reasons: Reasons


class ClaimTotals(Told):
    """Sums over claims with an amount."""

    gross_amount: Amount
    claimable_amount: Amount
    overlap_amount: Amount
    one_off_amount: Amount
    annualised_amount: Amount
    unpriced_count: int


class SavingsAnswer(Served):
    """Claims, the largest first. Only `savings` counts toward a cost reduction."""

    claim_count: int
    totals: ClaimTotals
    savings: Annotated[ClaimTotals, Field(description="The claims of classes cash_recovery and run_rate.")]
    claims: list[Claim]
    next_cursor: Cursor
    reasons: Reasons


class Recommendation(Told):
    """What to do with a channel's budget, for one objective."""

    objective: str
    channel: str
    current_amount: Amount | None
    recommended_amount: Amount | None
    expected_outcome: Ratio | None
    low: Ratio | None
    high: Ratio | None
    chance_worse: Ratio | None
    reasons: Reasons
    action: str
    reason: str


class CurvePoint(Told):
    """A point of a channel's response curve."""

    channel: str
    spend: Amount | None
    outcome: Ratio | None
    low: Ratio | None
    high: Ratio | None
    backed_by: str | None
    reasons: Reasons


class RecommendationsAnswer(Served):
    """Where the next euro should go, and the curves behind it."""

    recommendations: list[Recommendation]
    response_curves: list[CurvePoint]
    reasons: Reasons


class ReconciliationItem(Told):
    """One cause of a difference between delivery and ledger."""

    item_id: str
    cause: str
    amount: Amount | None
    currency: str | None
    amount_doc: Amount | None
    left_doc_id: str | None
    right_doc_id: str | None
    rule: str
    confidence: Ratio | None
    status: str
    reasons: Reasons


class ReconciliationMonth(Told):
    """A vendor's calendar month of service: served + causes = ledger."""

    vendor_id: str
    vendor_name: str
    service_month: datetime.date
    served_amount: Amount | None
    billed_amount: Amount | None
    ledger_amount: Amount | None
    cause_amount: Amount | None
    unexplained_amount: Amount | None
    explained_pct: Ratio | None
    reasons: Reasons
    items: list[ReconciliationItem]


class ReconciliationAnswer(Served):
    """The bridge from what platforms served to what the ledger holds."""

    period_id: str
    start_date: datetime.date
    end_date: datetime.date
    totals: Bridge
    months: list[ReconciliationMonth]


class ColumnLineage(Told):
    """A column and the columns it is made from, as `table.column`."""

    column: str
    description: str | None
    made_from: list[str]


class LineageAnswer(Told):
    """Where every column of a table comes from, one step back."""

    table: str
    description: str | None
    columns: list[ColumnLineage]
    tables: Annotated[list[str], Field(description="The tables that are read.")]


class Verdicts(Told):
    """Verdicts of the last run by outcome."""

    passed: int
    warned: int
    failed: int
    run: str | None


class StatusAnswer(Told):
    """What is served and how fresh it is."""

    version: str | None
    as_of: datetime.date | None
    last_day: datetime.date | None
    published_at: datetime.datetime | None
    age_days: Annotated[int | None, Field(description="Days from as_of to today, company time.")]
    rows: dict[str, int]
    verdicts: Verdicts
    quarantined: int
    problems: list[str]
    recorded_spend: Annotated[int, Field(description="Records in the spend store.")]
    audit_entries: int


class Health(Told):
    """Whether the process answers, or can do its work."""

    status: str
    problems: list[str]


class AuditEntry(Told):
    """One row of the audit log."""

    sequence: int
    at: str
    client: str
    key_id: str
    action: str
    subject: str
    idempotency_key: str
    body_sha256: str
    result: str
    previous_hash: str
    hash: str


class AuditPage(Told):
    """A page of the audit log, the last written first."""

    entries: list[AuditEntry]
    next_cursor: Cursor

"""What `/vendors/{id}` and `/savings` answer."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import Field

from outlay.api.bodies.common import Amount, Cursor, Ratio, Reasons, Served, Told


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


class SavingsTarget(Told):
    """A signed baseline, what it asks for, and what of it is identified, agreed and in the books."""

    baseline_id: str
    start_date: datetime.date
    end_date: datetime.date
    signed_on: datetime.date | None
    signed_by: str | None
    baseline_amount: Amount | None
    target_share: Ratio
    target_amount: Amount | None
    identified_one_off_amount: Amount
    identified_annual_amount: Amount
    agreed_one_off_amount: Amount
    agreed_annual_amount: Amount
    realised_one_off_amount: Amount
    realised_run_rate_amount: Amount
    realised_amount: Amount
    realised_share: Ratio | None
    reasons: Reasons


class SavingsAnswer(Served):
    """Claims, the largest first. Only `savings` counts toward a cost reduction."""

    claim_count: int
    totals: ClaimTotals
    savings: Annotated[ClaimTotals, Field(description="The claims of classes cash_recovery and run_rate.")]
    targets: Annotated[list[SavingsTarget], Field(description="All claims, whatever is asked for.")]
    claims: list[Claim]
    next_cursor: Cursor
    reasons: Reasons

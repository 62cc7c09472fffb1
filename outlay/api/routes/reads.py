"""The addresses that read the published version."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from outlay.api.answers.budget import Asked, budget_answer
from outlay.api.answers.recommendations import recommendations_answer
from outlay.api.answers.reconciliation import reconciliation_answer
from outlay.api.answers.roi import ROI_PERIOD, SORTS, Listing, campaign_answer, listing_answer
from outlay.api.answers.vendors import Claims, savings_answer, vendor_answer
from outlay.api.bodies.budget import Basis, BudgetAnswer
from outlay.api.bodies.recommendations import RecommendationsAnswer
from outlay.api.bodies.reconciliation import ReconciliationAnswer
from outlay.api.bodies.roi import RoiAnswer, RoiPage
from outlay.api.bodies.vendors import SavingsAnswer, VendorAnswer
from outlay.api.house import from_version
from outlay.api.routes.documented import PREFIX, CursorText, Filter, Filters, Id, Limit, PeriodName, reads

BUDGET, ROI = "budget:read", "roi:read"
router = APIRouter(prefix=PREFIX, tags=["published figures"])
RoiPeriod = Annotated[str, Field(pattern=ROI_PERIOD, examples=["2026-03", "2026-W11", "current"])]
Sort = Literal[
    "cost_amount", "-cost_amount", "revenue_amount", "-revenue_amount", "margin_amount", "-margin_amount",
    "profit_amount", "-profit_amount", "roi", "-roi", "roas", "-roas", "cpa", "-cpa", "cac", "-cac",
    "conversions", "-conversions",
]  # fmt: skip
assert set(Sort.__args__) == {f"{sign}{name}" for name in SORTS for sign in ("", "-")}  # type: ignore[attr-defined]


class BudgetFilters(Filters):
    """What of the budget is asked for."""

    department: Filter = None
    channel: Filter = None
    version: Filter = None
    basis: Basis = "service"


class RoiFilters(Filters):
    """What of a campaign is asked for."""

    period: RoiPeriod = "current"


class RoiListFilters(Filters):
    """Which campaigns are listed, and how."""

    period: RoiPeriod = "current"
    model: Filter = None
    channel: Filter = None
    sort: Sort = "-cost_amount"
    limit: Limit = 50
    cursor: CursorText = None


class SavingsFilters(Filters):
    """Which claims are listed."""

    detector: Filter = None
    claim_class: Annotated[
        Literal["cash_recovery", "run_rate", "avoidance", "release", "reallocation"] | None, Field(alias="class")
    ] = None
    vendor_id: Filter = None
    status: Literal["identified", "covered", "expired", "unpriced"] | None = None
    limit: Limit = 50
    cursor: CursorText = None


@router.get("/budget/{period}", operation_id="getBudget", summary="Budget against actual", **reads(BudgetAnswer))
async def get_budget(request: Request, period: PeriodName, asked: Annotated[BudgetFilters, Query()]) -> Response:
    """Totals, the department tree, categories and channels of a period: budget, actual, commitments, variance with
    its drivers, pace, forecast, finality and reconciliation. Children sum to their parents to the cent."""
    wanted = Asked(period, asked.department, asked.channel, asked.version, asked.basis == "ledger")
    return await from_version(request, BUDGET, lambda snapshot: budget_answer(snapshot, wanted))


@router.get("/roi/{campaign_id}", operation_id="getRoi", summary="A campaign's return", **reads(RoiAnswer))
async def get_roi(request: Request, campaign_id: Id, asked: Annotated[RoiFilters, Query()]) -> Response:
    """Cost with its finality, revenue, margin, profit, ROI, CPA, CAC, lifetime value and payback under every
    attribution model, with intervals; the weekly series; the platform's claim beside ours."""
    return await from_version(request, ROI, lambda snapshot: campaign_answer(snapshot, campaign_id, asked.period))


@router.get("/roi", operation_id="listRoi", summary="Campaigns by return", **reads(RoiPage))
async def list_roi(request: Request, asked: Annotated[RoiListFilters, Query()]) -> Response:
    """The campaigns of a period under one model, sorted and paged; what is null comes last."""
    wanted = Listing(asked.period, asked.model, asked.channel, asked.sort, asked.limit, asked.cursor)
    return await from_version(request, ROI, lambda snapshot: listing_answer(snapshot, wanted))


@router.get("/vendors/{vendor_id}", operation_id="getVendor", summary="A vendor", **reads(VendorAnswer))
async def get_vendor(request: Request, vendor_id: Id) -> Response:
    """Its scorecard, contracts, orders and the claims against it."""
    return await from_version(request, BUDGET, lambda snapshot: vendor_answer(snapshot, vendor_id))


@router.get("/savings", operation_id="listSavings", summary="Savings", **reads(SavingsAnswer))
async def list_savings(request: Request, asked: Annotated[SavingsFilters, Query()]) -> Response:
    """Claims with their evidence, the largest first; no euro is claimed twice."""
    wanted = Claims(asked.detector, asked.claim_class, asked.vendor_id, asked.status, asked.limit, asked.cursor)
    return await from_version(request, BUDGET, lambda snapshot: savings_answer(snapshot, wanted))


@router.get(
    "/recommendations", operation_id="listRecommendations", summary="Recommendations", **reads(RecommendationsAnswer)
)
async def list_recommendations(request: Request) -> Response:
    """Where the next euro should go, and the response curves behind it."""
    return await from_version(request, ROI, recommendations_answer)


@router.get(
    "/reconciliation/{period}",
    operation_id="getReconciliation",
    summary="Delivery against ledger",
    **reads(ReconciliationAnswer),
)
async def get_reconciliation(request: Request, period: PeriodName) -> Response:
    """Vendor by vendor and month by month: served, plus every cause with its documents, is the ledger."""
    return await from_version(request, BUDGET, lambda snapshot: reconciliation_answer(snapshot, period))

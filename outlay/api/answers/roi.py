"""`GET /roi` and `GET /roi/{campaign_id}`: what campaigns cost and returned, by every attribution model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outlay.api.answers.cursors import page_of
from outlay.api.answers.figures import explained, row_reasons
from outlay.api.answers.periods import find_period, served
from outlay.api.problems import bad_request, not_found
from outlay.api.snapshot import Row, Snapshot

_KINDS = {"period": "month", "quarter": "quarter", "year": "year"}
_WEEK = re.compile(r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])")
ROI_PERIOD = r"^(current|[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]|P(0[1-9]|1[0-3])|W(0[1-9]|[1-4][0-9]|5[0-3])))?)$"
SORTS = ("cost_amount", "revenue_amount", "margin_amount", "profit_amount", "roi", "roas", "cpa", "cac", "conversions")
_FIGURES = (
    *("cost_amount", "cost_finality", "revenue_amount", "margin_amount", "profit_amount", "conversions"),
    *("new_customers", "roi", "roi_low", "roi_high", "roas", "cpa", "cac", "ltv", "ltv_to_cac", "payback_months"),
    "marginal_roi",
)
_SERIES = ("cost_amount", "revenue_amount", "margin_amount", "profit_amount", "roi")
_CLAIM = ("platform_spend_amount", "platform_value_amount", "platform_roas")
_WHY_NULL = {
    "profit_amount": "the margin or the cost is not known",
    "cost_amount": "no cost is delivered, or a rate is missing",
    "platform_spend_amount": "the platform reports no value",
    "platform_value_amount": "the platform reports no value",
}


@dataclass(frozen=True)
class Listing:
    """How campaigns are listed. `model` None: the company's headline model."""

    period: str
    model: str | None = None
    channel: str | None = None
    sort: str = "-cost_amount"
    limit: int = 50
    cursor: str | None = None


def campaign_answer(snapshot: Snapshot, campaign_id: str, period: str) -> dict[str, Any]:
    """Everything of one campaign. Raises Problem: 404 for a campaign or period that is not there."""
    kind, period_id = _roi_period(snapshot, period)
    rows = snapshot.roi.of_campaign(campaign_id)
    campaign = snapshot.campaigns.get(campaign_id)
    if not rows and campaign is None:
        raise not_found(f"no campaign {campaign_id} is published")
    chosen = [row for row in rows if (row["period_kind"], row["period_id"]) == (kind, period_id)]
    weekly = sorted(
        (row for row in rows if row["period_kind"] == "week"), key=lambda row: (row["period_id"], row["model"])
    )
    return {
        **served(snapshot),
        "campaign": _campaign(campaign_id, campaign),
        "period_kind": kind,
        "period_id": period_id,
        "headline_model": snapshot.company.headline_model,
        "models": [_figures(row) for row in sorted(chosen, key=lambda row: str(row["model"]))],
        "platform_claim": _claim(chosen),
        "weeks": [{"period_id": row["period_id"], "model": row["model"], **_explained(row, _SERIES)} for row in weekly],
        "lifetime_values": _lifetime_values(snapshot, campaign_id),
        "reasons": _absent(snapshot, chosen, period_id),
    }


def listing_answer(snapshot: Snapshot, asked: Listing) -> dict[str, Any]:
    """The campaigns of a period under one model, sorted and paged; nulls come last. Raises Problem (400, 404)."""
    kind, period_id = _roi_period(snapshot, asked.period)
    model = asked.model or snapshot.company.headline_model
    rows = [
        row
        for row in snapshot.roi.of_period(kind, period_id, model)
        if asked.channel is None or _channel(snapshot, row["campaign_id"]) == asked.channel
    ]
    if asked.model is not None and snapshot.roi.models and asked.model not in snapshot.roi.models:
        raise not_found(f"no model {asked.model} is published; there are {', '.join(snapshot.roi.models)}")
    column, falling = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    known = sorted((row for row in rows if row[column] is not None), key=lambda row: str(row["campaign_id"]))
    known.sort(key=lambda row: Decimal(row[column]), reverse=falling)
    unknown = sorted((row for row in rows if row[column] is None), key=lambda row: str(row["campaign_id"]))
    shown, cursor = page_of([*known, *unknown], asked.limit, asked.cursor, f"{snapshot.name} {asked.sort} {model}")
    return {
        **served(snapshot),
        "period_kind": kind,
        "period_id": period_id,
        "model": model,
        "campaign_count": len(rows),
        "campaigns": [
            {"campaign": _campaign(row["campaign_id"], snapshot.campaigns.get(row["campaign_id"])), **_figures(row)}
            for row in shown
        ],
        "next_cursor": cursor,
    }


def _roi_period(snapshot: Snapshot, name: str) -> tuple[str, str]:
    if _WEEK.fullmatch(name):
        return "week", name
    if not re.fullmatch(ROI_PERIOD, name):
        raise bad_request(
            "expected a period such as 2026-03, 2026-Q1, 2026, 2026-W11 or current", ("period", "no period")
        )
    period = find_period(snapshot, name)
    return _KINDS[period["period_kind"]], period["period_id"]


def _campaign(campaign_id: str, row: Row | None) -> dict[str, Any]:
    names = ("name", "platform", "channel", "department_id", "vendor_id", "start_date", "end_date", "status")
    return {"campaign_id": campaign_id, **{name: row[name] if row else None for name in names}}


def _channel(snapshot: Snapshot, campaign_id: str) -> str | None:
    row = snapshot.campaigns.get(campaign_id)
    return row["channel"] if row else None


def _figures(row: Row) -> dict[str, Any]:
    return {"model": row["model"], **_explained(row, _FIGURES)}


def _explained(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return explained({name: row.get(name) for name in names}, {**_WHY_NULL, **_known(row)})


def _known(row: Row) -> Mapping[str, str]:
    return {name: reason for name, reason in row_reasons(row).items() if reason}


def _claim(rows: Sequence[Row]) -> dict[str, Any] | None:
    """What the platform says of itself: the same under every model."""
    return _explained(rows[0], _CLAIM) if rows else None


def _lifetime_values(snapshot: Snapshot, campaign_id: str) -> list[dict[str, Any]]:
    names = ("customers", "observed_amount", "ltv", "ltv_low", "ltv_high", "cac", "ltv_to_cac", "payback_months")
    return [
        {
            "cohort": row["cohort"],
            "horizon_months": row["horizon_months"],
            **explained({name: row[name] for name in names}, row_reasons(row)),
        }
        for row in snapshot.rows("customer_lifetime_values")
        if row["campaign_id"] == campaign_id
    ]


def _absent(snapshot: Snapshot, rows: Sequence[Row], period_id: str) -> dict[str, str]:
    reasons = {}
    if not rows:
        reasons["models"] = reasons["platform_claim"] = f"no cost and no revenue in {period_id}"
    if not snapshot.has("customer_lifetime_values"):
        reasons["lifetime_values"] = "this version has no customer_lifetime_values"
    return reasons

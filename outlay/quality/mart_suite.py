"""What the rows of each mart must satisfy before anybody may read them, readable as a table.

Uniqueness of the declared primary key, the row count and the fall against the last published version are checked for
every table and need no line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from outlay.company.sections import FITTED_MODELS
from outlay.quality.mart_sentences import SENTENCES, SUMS_TO_CONVERSIONS
from outlay.quality.rules import Rule, in_set, not_null, version_of

# Rises when the meaning of a check changes while its declaration does not.
REVISION = 1

# Great Expectations sees tables up to this size, SQL checks the larger ones by the same rules.
MAX_FRAME_ROWS = 50_000

# A table that keeps at most this share of its rows against the last published version has lost data. A small one may
# fall so far by itself: an accrual over the days of a month that is reversed before its bill leaves none of its rows.
LEAST_SHARE = Fraction(1, 10)
LEAST_ROWS = 100

# Tables that tell what happened: they grow and shrink with it, and no figure hangs on them.
HISTORY_TABLES = frozenset({"restatements", "quality_verdicts", "spend_forecasts", "forecast_accuracy"})
UNCOUNTED_TABLES = HISTORY_TABLES | {"quarantined_rows"}


@dataclass(frozen=True)
class MartTable:
    """Demands on one table. It must hold rows when one of the `fed_by` entities was landed with rows."""

    name: str
    rules: tuple[Rule, ...]
    fed_by: tuple[str, ...] = ()


# Why a ledger differs from what was served; `unexplained` is one of them, and said.
CAUSES = (
    *("timing", "fee", "tax", "fx", "quantity", "price", "platform_credit", "coding", "duplicate", "missing_invoice"),
    *("missing_delivery", "restatement", "platform_internal", "rounding", "unexplained"),
)

CLASSES = ("cash_recovery", "run_rate", "avoidance", "release", "reallocation")
BACKINGS = ("two_level_test", "lift_test", "reported_shape", "prior")

_ROI = (
    *not_null("period_kind", "period_id", "model", "revenue_amount"),
    in_set("period_kind", "week", "month", "quarter", "year"),
)

TABLES: tuple[MartTable, ...] = (
    MartTable(
        "spend_daily",
        (
            *not_null("date_day", "origin", "currency", "amount", "finality"),
            in_set("origin", "platform", "ledger", "manual"),
            in_set("finality", "platform_only", "accrued", "invoiced", "closed"),
        ),
        fed_by=("platform_spend",),
    ),
    # Budgets that begin later or are drafts, and orders that bind nobody, are delivered and have no row.
    MartTable("budget_consumption_daily", not_null("date_day", "period_id", "actual_to_date_amount")),
    MartTable(
        "budget_variances",
        (
            *not_null("period_id", "period_kind", "actual_amount", "budget_status"),
            in_set("period_kind", "period", "month", "quarter", "year"),
            in_set("budget_status", "budgeted", "zero_budget", "unbudgeted"),
        ),
    ),
    MartTable("budget_rollups", not_null("period_id", "department_id", "actual_amount")),
    MartTable(
        "variance_drivers",
        (
            *not_null("period_id", "department_id", "channel", "basis", "driver"),
            in_set("basis", "to_date", "full_period"),
            in_set("driver", "price", "volume", "mix", "new", "dropped", "fx", "non_unit"),
        ),
    ),
    MartTable(
        "commitments",
        not_null("po_id", "line_no", "currency", "ordered_amount", "invoiced_amount", "open_amount"),
    ),
    MartTable(
        "reconciliations",
        (
            *not_null("vendor_id", "service_month", "cause", "amount", "rule", "status"),
            in_set("cause", *CAUSES),
            in_set("status", "open", "tolerance", "resolved"),
        ),
    ),
    MartTable("reconciliation_summaries", not_null("vendor_id", "service_month", "served_amount", "ledger_amount")),
    MartTable(
        "savings_opportunities",
        (
            *not_null("detector", "claim_id", "class", "evidence", "explanation", "status"),
            in_set("class", *CLASSES),
        ),
    ),
    MartTable(
        "savings_stages",
        (
            *not_null("claim_id", "detector", "counts_as_saving", "stage", "is_still_found"),
            in_set("stage", "identified", "agreed", "realised"),
        ),
    ),
    MartTable("savings_targets", not_null("baseline_id", "target_share")),
    MartTable(
        "savings_detectors",
        (*not_null("detector", "class", "claim_count"), in_set("class", *CLASSES), in_set("status", "run", "not_run")),
    ),
    MartTable("response_curves", (*not_null("channel", "spend", "outcome"), in_set("backed_by", *BACKINGS))),
    MartTable(
        "allocation_recommendations",
        (
            *not_null("objective", "channel", "current_amount", "recommended_amount", "action", "reason"),
            in_set("objective", "most_outcome", "least_cost"),
            in_set("action", "shift", "hold", "test_next"),
        ),
    ),
    MartTable("customer_lifetime_values", not_null("cohort", "campaign_id", "horizon_months", "customers")),
    MartTable("contract_commitments", not_null("contract_id", "vendor_id", "currency")),
    MartTable("recorded_spend", not_null("spend_id", "spend_date", "amount_doc")),
    MartTable("vendor_scorecards", not_null("vendor_id"), ("vendors",)),
    MartTable(
        "touch_credits",
        not_null("conversion_id", "model", "channel", "converted_at", "credit", "revenue_amount"),
        fed_by=("conversions",),
    ),
    MartTable(
        "attributed_revenue_daily",
        not_null("date_day", "channel", "model", "conversions", "revenue_amount", "refunded_amount"),
        fed_by=("conversions",),
    ),
    MartTable(
        "attribution_effects",
        (
            *not_null("period_id", "model", "level", "member", "fitted_from", "fitted_to"),
            in_set("model", *FITTED_MODELS),
            in_set("level", "channel", "campaign"),
        ),
        fed_by=("conversions",),
    ),
    MartTable("campaign_roi", (*not_null("campaign_id"), *_ROI), ("platform_spend", "conversions")),
    MartTable("channel_roi", (*not_null("channel"), *_ROI), ("platform_spend", "conversions")),
    MartTable("campaigns", not_null("campaign_id"), ("platform_spend", "campaigns")),
    MartTable("channels", not_null("channel")),
    MartTable("vendors", not_null("vendor_id"), ("vendors",)),
    MartTable("departments", not_null("department_id"), ("departments",)),
    MartTable("fiscal_periods", not_null("period_id", "start_date", "end_date")),
    MartTable("quarantined_rows", not_null("source", "reason")),
)


@cache
def marts_version() -> str:
    """The version of this suite: it changes with any line of it."""
    limits = (REVISION, MAX_FRAME_ROWS, LEAST_SHARE, LEAST_ROWS, sorted(UNCOUNTED_TABLES))
    return version_of([*limits, *TABLES, *SENTENCES, SUMS_TO_CONVERSIONS])

"""What the marts must satisfy before anybody may read them, readable as two tables: demands on rows, and sentences.

Uniqueness of the declared primary key, the row count and the fall against the last published version are checked for
every table and need no line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from outlay.quality.rules import Rule, in_set, not_null, version_of

# Rises when the meaning of a check changes while its declaration does not.
REVISION = 1

# Great Expectations sees tables up to this size, SQL checks the larger ones by the same rules.
MAX_FRAME_ROWS = 50_000

# A table that keeps at most this share of its rows against the last published version has lost data.
LEAST_SHARE = Fraction(1, 10)
LEAST_ROWS = 20

# Tables that tell what happened: they grow and shrink with it, and no figure hangs on them.
HISTORY_TABLES = frozenset({"restatements", "quality_verdicts", "spend_forecasts", "forecast_accuracy"})
UNCOUNTED_TABLES = HISTORY_TABLES | {"quarantined_rows"}


@dataclass(frozen=True)
class MartTable:
    """Demands on one table. It must hold rows when one of the `fed_by` entities was landed with rows."""

    name: str
    rules: tuple[Rule, ...]
    fed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A statement over whole tables. `failing` selects the keys, and the figures, of what contradicts it."""

    name: str
    tables: tuple[str, ...]
    expected: str
    failing: str


# Checked in addition where the gate is told what each conversion was worth before it was divided.
SUMS_TO_CONVERSIONS = Sentence(
    "credits_sum_to_the_revenue_of_the_conversion",
    ("touch_credits",),
    "per model the credits of a conversion sum to its revenue, 0 cents apart",
    """
    with models as (select distinct model from touch_credits),
    owed as (select conversion_id, model, revenue_amount from conversions_given cross join models),
    credited as (
        select conversion_id, model, sum(revenue_amount) as credited from touch_credits group by conversion_id, model
    )
    select conversion_id, model, revenue_amount, credited
    from owed full join credited using (conversion_id, model)
    where credited is distinct from revenue_amount
    """,
)

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
    MartTable(
        "budget_consumption_daily", not_null("date_day", "period_id", "actual_to_date_amount"), ("budget_lines",)
    ),
    MartTable(
        "budget_variances",
        (
            *not_null("period_id", "period_kind", "actual_amount", "budget_status"),
            in_set("period_kind", "period", "month", "quarter", "year"),
            in_set("budget_status", "budgeted", "zero_budget", "unbudgeted"),
        ),
        fed_by=("budget_lines",),
    ),
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
    MartTable("campaign_roi", (*not_null("campaign_id"), *_ROI), ("platform_spend", "conversions")),
    MartTable("channel_roi", (*not_null("channel"), *_ROI), ("platform_spend", "conversions")),
    MartTable("campaigns", not_null("campaign_id"), ("platform_spend", "campaigns")),
    MartTable("channels", not_null("channel")),
    MartTable("vendors", not_null("vendor_id"), ("vendors",)),
    MartTable("departments", not_null("department_id"), ("departments",)),
    MartTable("fiscal_periods", not_null("period_id", "start_date", "end_date")),
    MartTable("quarantined_rows", not_null("source", "reason")),
)

SENTENCES: tuple[Sentence, ...] = (
    Sentence(
        "credits_of_a_conversion_sum_to_one",
        ("touch_credits",),
        "per conversion and model the credits sum to 1 exactly",
        """
        select conversion_id, model, sum(credit) as credit
        from touch_credits
        group by conversion_id, model
        having sum(credit) <> 1
        """,
    ),
    Sentence(
        "every_model_divides_the_same_revenue",
        ("touch_credits",),
        "per conversion every model sums to the same revenue, 0 cents apart",
        """
        with sums as (
            select conversion_id, model, sum(revenue_amount) as revenue from touch_credits group by conversion_id, model
        )
        select conversion_id, min(revenue) as lowest, max(revenue) as highest, count(*) as models
        from sums
        group by conversion_id
        having min(revenue) <> max(revenue) or count(*) <> (select count(distinct model) from touch_credits)
        """,
    ),
    Sentence(
        "attributed_revenue_is_the_sum_of_credits",
        ("touch_credits", "attributed_revenue_daily"),
        "per model, channel and campaign both tables sum to the same revenue, 0 cents apart",
        """
        with credited as (
            select model, channel, campaign_id, sum(revenue_amount) as revenue from touch_credits group by all
        ),
        daily as (
            select model, channel, campaign_id, sum(revenue_amount) as revenue
            from attributed_revenue_daily group by all
        )
        select
            coalesce(d.model, c.model) as model, coalesce(d.channel, c.channel) as channel,
            coalesce(d.campaign_id, c.campaign_id) as campaign_id, c.revenue as credited, d.revenue as attributed
        from credited as c full join daily as d
            on c.model = d.model and c.channel = d.channel and c.campaign_id is not distinct from d.campaign_id
        where coalesce(c.revenue, 0) <> coalesce(d.revenue, 0)
        """,
    ),
    Sentence(
        "campaign_roi_foots_to_channel_roi",
        ("campaign_roi", "channel_roi"),
        "per period and model, campaigns and channels sum to the same cost, revenue and margin (where known), "
        "0 cents apart",
        """
        with campaigns as (
            select period_kind, period_id, model, sum(cost_amount) as cost, sum(revenue_amount) as revenue,
                case when count(*) = count(margin_amount) then sum(margin_amount) end as margin
            from campaign_roi group by all
        ),
        channels as (
            select period_kind, period_id, model, sum(cost_amount) as cost, sum(revenue_amount) as revenue,
                case when count(*) = count(margin_amount) then sum(margin_amount) end as margin
            from channel_roi group by all
        )
        select
            period_kind, period_id, model, campaigns.cost as campaign_cost, channels.cost as channel_cost,
            campaigns.revenue as campaign_revenue, channels.revenue as channel_revenue
        from campaigns full join channels using (period_kind, period_id, model)
        where coalesce(campaigns.cost, 0) <> coalesce(channels.cost, 0)
            or coalesce(campaigns.revenue, 0) <> coalesce(channels.revenue, 0)
            or coalesce(campaigns.margin <> channels.margin, false)
        """,
    ),
    Sentence(
        "campaign_roi_costs_what_was_spent",
        ("campaign_roi", "spend_daily"),
        "per kind of period and model, cost sums to spend_daily's amount, 0 cents apart (where anything was spent)",
        """
        select period_kind, model, sum(cost_amount) as cost, (select sum(amount) from spend_daily) as spent
        from campaign_roi
        where exists (select 1 from spend_daily)
        group by period_kind, model
        having sum(cost_amount) <> (select sum(amount) from spend_daily)
        """,
    ),
    Sentence(
        "campaign_roi_earns_what_was_attributed",
        ("campaign_roi", "attributed_revenue_daily"),
        "per kind of period and model, revenue sums to the attributed revenue less refunds, 0 cents apart",
        """
        with attributed as (
            select model, sum(revenue_amount - refunded_amount) as revenue from attributed_revenue_daily group by model
        ),
        earned as (
            select period_kind, model, sum(revenue_amount) as revenue from campaign_roi group by period_kind, model
        )
        select earned.period_kind, model, earned.revenue as earned, attributed.revenue as attributed
        from earned full join attributed using (model)
        where coalesce(earned.revenue, 0) <> coalesce(attributed.revenue, 0)
        """,
    ),
)


@cache
def marts_version() -> str:
    """The version of this suite: it changes with any line of it."""
    limits = (REVISION, MAX_FRAME_ROWS, LEAST_SHARE, LEAST_ROWS, sorted(UNCOUNTED_TABLES))
    return version_of([*limits, *TABLES, *SENTENCES, SUMS_TO_CONVERSIONS])

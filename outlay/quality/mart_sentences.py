"""Statements over whole marts: what must tie to what, to the cent, before anybody may read them."""

from __future__ import annotations

from dataclasses import dataclass


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
    Sentence(
        "drivers_sum_to_the_variance",
        ("variance_drivers", "budget_variances"),
        "per line, the drivers to date sum to actual less budget to date, 0 cents apart",
        """
        with driven as (
            select period_id, version_id, department_id, channel, sum(amount) as drivers
            from variance_drivers
            where basis = 'to_date'
            group by all
        ),
        lines as (
            select period_id, version_id, department_id, channel, sum(variance_amount) as variance
            from budget_variances
            group by all
        )
        select driven.period_id, driven.version_id, driven.department_id, driven.channel, drivers, variance
        from driven left join lines
            on driven.period_id = lines.period_id and driven.version_id is not distinct from lines.version_id
            and driven.department_id = lines.department_id and driven.channel = lines.channel
        where coalesce(drivers, 0) <> coalesce(variance, 0)
        """,
    ),
    Sentence(
        "served_and_causes_sum_to_the_ledger",
        ("reconciliation_summaries", "reconciliations"),
        "per vendor and service month, served and every cause sum to the ledger, 0 cents apart",
        """
        with causes as (
            select vendor_id, service_month, sum(amount) as amount from reconciliations group by all
        )
        select vendor_id, service_month, served_amount, causes.amount as causes, ledger_amount
        from reconciliation_summaries left join causes using (vendor_id, service_month)
        where served_amount + coalesce(causes.amount, 0) <> ledger_amount
        """,
    ),
    Sentence(
        "a_claim_takes_no_more_than_it_found",
        ("savings_opportunities",),
        "what can be claimed and what other claims took before sum to what was found, 0 cents apart",
        """
        select claim_id, gross_amount, claimable_amount, overlap_amount
        from savings_opportunities
        where claimable_amount < 0 or claimable_amount + overlap_amount <> gross_amount
        """,
    ),
    Sentence(
        "every_claim_stands_in_a_stage",
        ("savings_opportunities", "savings_stages"),
        "a claim is found as long as it stands in savings_opportunities, and only then",
        """
        select claim_id, o.status, s.stage, s.is_still_found
        from savings_opportunities as o full join savings_stages as s using (claim_id)
        where coalesce(s.is_still_found, false) <> (o.detector is not null)
        """,
    ),
    Sentence(
        "a_division_keeps_its_budget",
        ("allocation_recommendations",),
        "for the most outcome, the recommended amounts sum to today's; for the least cost, to no more",
        """
        select objective, sum(current_amount) as today, sum(recommended_amount) as recommended
        from allocation_recommendations
        group by objective
        having sum(recommended_amount) > sum(current_amount)
            or (objective = 'most_outcome' and sum(recommended_amount) <> sum(current_amount))
        """,
    ),
    Sentence(
        "an_order_is_invoiced_accrued_open_or_released",
        ("commitments",),
        "per order line, ordered and overbilled sum to invoiced, accrued, open and released, 0 cents apart",
        """
        select po_id, line_no, ordered_amount, overbilled_amount, invoiced_amount, accrued_unbilled_amount, open_amount,
            released_amount
        from commitments
        where ordered_amount + overbilled_amount
            <> invoiced_amount + accrued_unbilled_amount + open_amount + released_amount
        """,
    ),
)

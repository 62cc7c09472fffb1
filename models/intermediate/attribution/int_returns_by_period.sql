{{ config(materialized='view') }}

with

returns as (
    select * from {{ ref('int_returns_daily') }}
),

fiscal_days as (
    select * from {{ ref('int_fiscal_days') }}
),

-- A day outside the company's calendar keeps its money, in a period that says so.
days as (
    select
        returned.date_day,
        {{ attribution_iso_week_id('returned.date_day') }} as week_id,
        coalesce(fiscal_days.period_id, 'unmapped') as month_id,
        coalesce(fiscal_days.quarter_id, 'unmapped') as quarter_id,
        coalesce(fiscal_days.year_id, 'unmapped') as year_id
    from (select distinct date_day from returns) as returned
    left join fiscal_days on returned.date_day = fiscal_days.date_day
),

-- Days of one week and one month go together into every period: few parts instead of many days are counted four times.
-- What is unknown for a part is unknown for the sum; what no part has is NULL, too.
parts as (
    select
        days.week_id,
        days.month_id,
        days.quarter_id,
        days.year_id,
        returns.campaign_id,
        returns.channel,
        returns.model,
        sum(returns.conversions) as conversions,
        sum(returns.new_customers) as new_customers,
        sum(returns.revenue_amount) as revenue_amount,
        sum(returns.margin_amount) as margin_amount,
        bool_or(returns.margin_amount is null) as is_margin_unknown,
        sum(returns.cost_amount) as cost_amount,
        bool_or(returns.finality_rank is not null and returns.cost_amount is null) as is_cost_unknown,
        min(returns.finality_rank) as finality_rank,
        sum(returns.platform_spend_amount) as platform_spend_amount,
        sum(returns.platform_value_amount) as platform_value_amount
    from returns
    inner join days on returns.date_day = days.date_day
    group by
        days.week_id, days.month_id, days.quarter_id, days.year_id,
        returns.campaign_id, returns.channel, returns.model
),

parts_of_periods as (
    select 'week' as period_kind, week_id as period_id, parts.* from parts
    union all
    select 'month' as period_kind, month_id as period_id, parts.* from parts
    union all
    select 'quarter' as period_kind, quarter_id as period_id, parts.* from parts
    union all
    select 'year' as period_kind, year_id as period_id, parts.* from parts
),

summed as (
    select
        period_kind,
        period_id,
        campaign_id,
        channel,
        model,
        sum(conversions) as conversions,
        sum(new_customers) as new_customers,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount,
        bool_or(is_margin_unknown) as is_margin_unknown,
        sum(cost_amount) as cost_amount,
        bool_or(is_cost_unknown) as is_cost_unknown,
        min(finality_rank) as finality_rank,
        sum(platform_spend_amount) as platform_spend_amount,
        sum(platform_value_amount) as platform_value_amount
    from parts_of_periods
    group by period_kind, period_id, campaign_id, channel, model
)

select * from summed

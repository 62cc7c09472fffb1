{{ config(materialized='view') }}

with

returns as (
    select * from {{ ref('int_returns_daily') }}
),

fiscal_days as (
    select * from {{ ref('int_fiscal_days') }}
),

days as (
    select distinct date_day from returns
),

-- A day outside the company's calendar keeps its money, in a period that says so.
periods as (
    select
        date_day,
        'week' as period_kind,
        {{ attribution_iso_week_id('date_day') }} as period_id
    from days

    union all

    select
        days.date_day,
        'month' as period_kind,
        coalesce(fiscal_days.period_id, 'unmapped') as period_id
    from days
    left join fiscal_days on days.date_day = fiscal_days.date_day

    union all

    select
        days.date_day,
        'quarter' as period_kind,
        coalesce(fiscal_days.quarter_id, 'unmapped') as period_id
    from days
    left join fiscal_days on days.date_day = fiscal_days.date_day

    union all

    select
        days.date_day,
        'year' as period_kind,
        coalesce(fiscal_days.year_id, 'unmapped') as period_id
    from days
    left join fiscal_days on days.date_day = fiscal_days.date_day
),

-- What is unknown for a part is unknown for the sum; what no part has is NULL, too.
summed as (
    select
        periods.period_kind,
        periods.period_id,
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
    inner join periods on returns.date_day = periods.date_day
    group by periods.period_kind, periods.period_id, returns.campaign_id, returns.channel, returns.model
)

select * from summed

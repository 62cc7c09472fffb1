{{ config(materialized='view') }}

with

revenue as (
    select * from {{ ref('attributed_revenue_daily') }}
),

costs as (
    select * from {{ ref('int_costs_daily') }}
),

platform_returns as (
    select * from {{ ref('int_platform_returns_daily') }}
),

-- A cost is the same whichever model says what it returned: such a row names no model.
returns as (
    select
        date_day,
        campaign_id,
        channel,
        model,
        conversions,
        new_customers,
        revenue_amount - refunded_amount as revenue_amount,
        margin_amount - refunded_margin_amount as margin_amount,
        cast(null as decimal(18, 2)) as cost_amount,
        cast(null as integer) as finality_rank,
        cast(null as decimal(18, 2)) as platform_spend_amount,
        cast(null as decimal(18, 2)) as platform_value_amount
    from revenue

    union all

    select
        costs.date_day,
        costs.campaign_id,
        costs.channel,
        cast(null as varchar) as model,
        0 as conversions,
        0 as new_customers,
        0 as revenue_amount,
        0 as margin_amount,
        costs.cost_amount,
        costs.finality_rank,
        null as platform_spend_amount,
        null as platform_value_amount
    from costs

    union all

    select
        platform_returns.date_day,
        platform_returns.campaign_id,
        platform_returns.channel,
        cast(null as varchar) as model,
        0 as conversions,
        0 as new_customers,
        0 as revenue_amount,
        0 as margin_amount,
        null as cost_amount,
        null as finality_rank,
        platform_returns.platform_spend_amount,
        platform_returns.platform_value_amount
    from platform_returns
)

select * from returns

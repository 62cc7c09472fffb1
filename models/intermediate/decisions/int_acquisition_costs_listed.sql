{{ config(materialized='view') }}

-- What each campaign cost in each month.
with

costs as (
    select
        {{ month_id('date_day') }} as cohort,
        campaign_id,
        channel,
        cast(sum(cost_amount) as decimal(18, 2)) as cost_amount
    from {{ ref('int_costs_daily') }}
    where date_day <= {{ as_of() }}
    group by all
)

select * from costs

{{ config(materialized='view') }}

with

spend as (
    select * from {{ ref('spend_daily') }}
),

-- Only a company that delivers no spend at all is costed by its touches.
touch_costs as (
    select * from {{ ref('int_touch_costs_daily') }}
    where not exists (select 1 from spend)
),

-- Fractions of a cent are carried from cell to cell, so that the cells sum to the rounded total.
accumulated as (
    select
        *,
        sum(cost) over (
            order by date_day, campaign_id, channel rows between unbounded preceding and current row
        ) as cost_to_date
    from touch_costs
),

rounded as (
    select
        *,
        cast({{ round_half_even('cost_to_date') }} as decimal(18, 2)) as amount_to_date
    from accumulated
),

-- The least final part of a cost decides how final the cost is: 1 is the least.
spend_costs as (
    select
        date_day,
        campaign_id,
        channel,
        amount as cost_amount,
        case finality
            when 'platform_only' then 2
            when 'accrued' then 3
            when 'invoiced' then 4
            when 'closed' then 5
        end as finality_rank
    from spend
),

last_resort as (
    select
        date_day,
        campaign_id,
        channel,
        cast(
            amount_to_date - lag(amount_to_date, 1, 0) over (order by date_day, campaign_id, channel)
            as decimal(18, 2)
        ) as cost_amount,
        1 as finality_rank
    from rounded
),

costs as (
    select * from spend_costs
    union all
    select * from last_resort
)

select * from costs

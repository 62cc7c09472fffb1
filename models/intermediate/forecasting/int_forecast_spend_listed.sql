{{ config(materialized='view') }}

-- Each day's spend by campaign, in the budget cell of the version in force: what a forecast of the cell has to go by.
with

spend as (
    select * from {{ ref('int_spend_compared') }}
),

views as (
    select
        holding_version_id,
        date_day
    from {{ ref('int_budget_version_days') }}
    where is_in_force
),

summed as (
    select
        spend.date_day,
        places.cell_department_id as department_id,
        places.cell_channel as channel,
        places.cell_category as spend_category,
        case when spend.campaign_id in ('(none)', 'unmapped') then '' else spend.campaign_id end as campaign_id,
        cast(sum(spend.ledger_amount + spend.manual_amount + spend.accrued_amount) as decimal(18, 2)) as amount
    from spend
    inner join views on spend.date_day = views.date_day
    inner join {{ ref('int_budget_places_chosen') }} as places
        on
            views.holding_version_id = places.version_id
            and spend.date_day = places.date_day
            and spend.department_id = places.department_id
            and spend.channel = places.channel
            and spend.spend_category = places.spend_category
    group by all
)

select * from summed

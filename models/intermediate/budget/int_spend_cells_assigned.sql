{{ config(materialized='view') }}

-- Each day's spend in its budget cell.
with

spend as (
    select * from {{ ref('int_spend_compared') }}
),

places as (
    select * from {{ ref('int_budget_places_chosen') }}
),

summed as (
    select
        places.version_id,
        places.date_day,
        places.cell_department_id as department_id,
        places.cell_channel as channel,
        places.cell_category as spend_category,
        cast(sum(spend.ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(spend.manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(spend.accrued_amount) as decimal(18, 2)) as accrued_amount,
        cast(sum(spend.fx_amount) as decimal(18, 2)) as fx_amount,
        sum(spend.unrated_count) as unrated_count
    from spend
    inner join places
        on
            spend.date_day = places.date_day
            and spend.department_id = places.department_id
            and spend.channel = places.channel
            and spend.spend_category = places.spend_category
    group by
        places.version_id, places.date_day, places.cell_department_id, places.cell_channel, places.cell_category
)

select * from summed

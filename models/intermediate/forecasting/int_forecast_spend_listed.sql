{{ config(materialized='view') }}

-- Each day's spend by campaign, in the budget cell that it would be in now: what a forecast of the cell has to go by.
-- Within the year it stays with the department and channel of its day.
with

spend as (
    select * from {{ ref('int_spend_compared') }}
),

views as (
    select
        version_id,
        date_day
    from {{ ref('int_budget_version_days') }}
    where is_in_force
),

this_year as (
    select min(start_date) as start_date
    from {{ run_input('fiscal_calendar') }}
    where period_kind = 'year' and {{ as_of() }} between start_date and end_date
),

summed as (
    select
        spend.date_day,
        coalesce(plans.cell_department_id, places.cell_department_id) as department_id,
        coalesce(plans.cell_channel, places.cell_channel) as channel,
        coalesce(
            plans.cell_category,
            case
                when spend.channel = places.cell_channel and spend.department_id = places.cell_department_id
                    then spend.spend_category
            end,
            places.cell_category
        ) as spend_category,
        case when spend.campaign_id in ('(none)', 'unmapped') then '' else spend.campaign_id end as campaign_id,
        cast(sum(spend.ledger_amount + spend.manual_amount + spend.accrued_amount) as decimal(18, 2)) as amount
    from spend
    inner join views on spend.date_day = views.date_day
    inner join {{ ref('int_budget_places_chosen') }} as places
        on
            views.version_id = places.version_id
            and spend.date_day = places.date_day
            and spend.department_id = places.department_id
            and spend.channel = places.channel
            and spend.spend_category = places.spend_category
    cross join this_year
    left join {{ ref('int_forecast_places_chosen') }} as plans
        on
            spend.department_id = plans.department_id
            and spend.channel = plans.channel
            and spend.spend_category = plans.spend_category
            and (
                spend.date_day < this_year.start_date
                or (
                    places.cell_department_id = plans.cell_department_id
                    and places.cell_channel = plans.cell_channel
                )
            )
    group by all
)

select * from summed

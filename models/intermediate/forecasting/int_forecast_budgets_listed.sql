{{ config(materialized='view') }}

-- Each version's budget of a period and cell as it is now, with the day from which it was known.
with

sums as (
    select
        sums.department_id,
        sums.channel,
        sums.spend_category,
        sums.period_id,
        sums.version_id,
        sums.budget_amount,
        versions.approved_on,
        versions.fiscal_year,
        versions.version_no
    from {{ ref('int_budget_periods_summed') }} as sums
    inner join {{ ref('int_budget_versions_ordered') }} as versions on sums.version_id = versions.version_id
    where sums.period_kind = 'period' and sums.line_count > 0
),

planned as (
    select distinct
        period_id,
        version_id,
        approved_on,
        fiscal_year,
        version_no
    from sums
),

-- What a later plan of the period leaves out, it plans at zero.
left_out as (
    select distinct
        earlier.department_id,
        earlier.channel,
        earlier.spend_category,
        later.period_id,
        later.approved_on
    from sums as earlier
    inner join planned as later
        on
            earlier.period_id = later.period_id
            and earlier.fiscal_year = later.fiscal_year
            and earlier.version_no < later.version_no
    left join sums as kept
        on
            later.period_id = kept.period_id
            and later.version_id = kept.version_id
            and earlier.department_id = kept.department_id
            and earlier.channel = kept.channel
            and earlier.spend_category = kept.spend_category
    where kept.version_id is null
),

this_year as (
    select min(start_date) as start_date
    from {{ run_input('fiscal_calendar') }}
    where period_kind = 'year' and {{ as_of() }} between start_date and end_date
),

told as (
    select department_id, channel, spend_category, period_id, budget_amount as amount, approved_on
    from sums
    union all
    select department_id, channel, spend_category, period_id, 0 as amount, approved_on
    from left_out
)

select
    coalesce(plans.cell_department_id, told.department_id) as department_id,
    coalesce(plans.cell_channel, told.channel) as channel,
    coalesce(plans.cell_category, told.spend_category) as spend_category,
    told.period_id,
    cast(sum(told.amount) as decimal(18, 2)) as amount,
    told.approved_on as known_from
from told
cross join this_year
inner join {{ run_input('fiscal_calendar') }} as calendar
    on told.period_id = calendar.period_id and calendar.period_kind = 'period'
left join {{ ref('int_forecast_places_chosen') }} as plans
    on
        told.department_id = plans.department_id
        and told.channel = plans.channel
        and told.spend_category = plans.spend_category
        -- A plan of this year stays with its department and channel, as its spend does.
        and (
            this_year.start_date > calendar.end_date
            or (told.department_id = plans.cell_department_id and told.channel = plans.cell_channel)
        )
group by all

{{ config(materialized='view') }}

with

-- The version in force on a day is the one whose allotments hold it, seen from the last version of the year.
days as (
    select
        date_day,
        holding_version_id as version_id,
        period_id,
        quarter_id,
        year_id
    from {{ ref('int_budget_version_days') }}
    where is_in_force and date_day <= {{ as_of() }}
),

day_cells as (
    select
        days.*,
        cells.department_id,
        cells.channel,
        sum(cells.budget_amount) as budget_amount,
        sum(cells.ledger_amount + cells.manual_amount + cells.accrued_amount) as actual_amount
    from days
    inner join {{ ref('int_budget_cells_daily') }} as cells
        on days.version_id = cells.version_id and days.date_day = cells.date_day
    group by all
),

by_period as (
    select period_id as span_id, * from day_cells
    union all
    select quarter_id as span_id, * from day_cells
    union all
    select year_id as span_id, * from day_cells
),

first_days as (
    select
        span_id,
        department_id,
        channel,
        min(date_day) as first_day
    from by_period
    group by span_id, department_id, channel
),

-- From a cell's first day on, one row every day, spent or not.
spine as (
    select
        first_days.span_id,
        first_days.department_id,
        first_days.channel,
        calendar.start_date,
        calendar.days as day_count,
        {{ each_day('first_days.first_day', 'least(calendar.end_date, ' ~ as_of() ~ ')') }} as date_day
    from first_days
    inner join {{ run_input('fiscal_calendar') }} as calendar on first_days.span_id = calendar.period_id
),

accumulated as (
    select
        spine.date_day,
        spine.span_id as period_id,
        spine.department_id,
        spine.channel,
        days.version_id,
        spine.start_date,
        spine.day_count,
        {{ days_between('spine.start_date', 'spine.date_day') }} + 1 as days_elapsed,
        coalesce(sum(by_period.budget_amount) over to_date, 0) as budget_to_date_amount,
        coalesce(sum(by_period.actual_amount) over to_date, 0) as actual_to_date_amount
    from spine
    inner join days on spine.date_day = days.date_day
    left join by_period
        on
            spine.date_day = by_period.date_day
            and spine.span_id = by_period.span_id
            and spine.department_id = by_period.department_id
            and spine.channel = by_period.channel
    window to_date as (
        partition by spine.span_id, spine.department_id, spine.channel
        order by spine.date_day asc
        rows between unbounded preceding and current row
    )
)

select * from accumulated

with

calendar as (
    select * from {{ run_input('fiscal_calendar') }}
),

delivered_statuses as (
    select
        aliases.start_date,
        aliases.end_date,
        periods.status,
        periods.closed_at
    from {{ ref('stg_ledger__fiscal_periods') }} as periods
    inner join {{ run_input('period_aliases') }} as aliases
        on periods.period_id = aliases.alias
),

statuses as (
    select
        calendar.period_id,
        max(case
            when delivered_statuses.status <> 'closed' then 1
            when cast(delivered_statuses.closed_at as date) > {{ as_of() }} then 1
            when delivered_statuses.status = 'closed' then 2
            else 0
        end) as status_rank
    from calendar
    left join delivered_statuses
        on calendar.start_date >= delivered_statuses.start_date and calendar.end_date <= delivered_statuses.end_date
    where calendar.period_kind = 'period'
    group by calendar.period_id
),

days as (
    select
        period_id,
        quarter_id,
        year_id,
        fiscal_year,
        end_date as period_end_date,
        {{ each_day('start_date', 'end_date') }} as date_day
    from calendar
    where period_kind = 'period'
),

final as (
    select
        days.date_day,
        days.period_id,
        days.quarter_id,
        days.year_id,
        days.fiscal_year,
        statuses.status_rank = 2 as is_closed,
        days.period_end_date <= {{ as_of() }} as has_ended
    from days
    inner join statuses on days.period_id = statuses.period_id
)

select * from final

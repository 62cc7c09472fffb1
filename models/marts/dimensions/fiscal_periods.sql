with

calendar as (
    select * from {{ run_input('fiscal_calendar') }}
),

statuses as (
    select * from {{ ref('int_fiscal_periods_stated') }}
),

-- A quarter or year is closed once all its periods are.
held as (
    select
        calendar.period_id,
        calendar.period_kind,
        min(statuses.status_rank) as status_rank,
        max(statuses.closed_at) as closed_at
    from calendar
    inner join statuses
        on calendar.start_date <= statuses.start_date and calendar.end_date >= statuses.end_date
    group by calendar.period_id, calendar.period_kind
),

final as (
    select
        calendar.period_id,
        calendar.period_kind,
        calendar.fiscal_year,
        calendar.quarter_no,
        calendar.period_no,
        calendar.year_id,
        calendar.quarter_id,
        calendar.start_date,
        calendar.end_date,
        calendar.days as day_count,
        case coalesce(held.status_rank, 0) when 2 then 'closed' when 1 then 'soft_closed' else 'open' end as status,
        case when held.status_rank = 2 then held.closed_at end as closed_at,
        calendar.comparable_prior_period_id
    from calendar
    left join held on calendar.period_id = held.period_id and calendar.period_kind = held.period_kind
)

select * from final
order by start_date, end_date, period_id

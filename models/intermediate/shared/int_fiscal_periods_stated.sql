-- Each fiscal period with what the ledger's owner says of it: 0 open, 1 soft closed, 2 closed.
with

calendar as (
    select * from {{ run_input('fiscal_calendar') }}
    where period_kind = 'period'
),

statements as (
    select
        aliases.start_date,
        aliases.end_date,
        case
            when periods.status = 'closed' and cast(periods.closed_at as date) > {{ as_of() }} then 'open'
            else periods.status
        end as status,
        periods.closed_at
    from {{ ref('stg_ledger__fiscal_periods') }} as periods
    inner join {{ run_input('period_aliases') }} as aliases on periods.period_id = aliases.alias
),

final as (
    select
        calendar.period_id,
        calendar.quarter_id,
        calendar.year_id,
        calendar.fiscal_year,
        calendar.start_date,
        calendar.end_date,
        max(case statements.status when 'closed' then 2 when 'soft_closed' then 1 else 0 end) as status_rank,
        max(case when statements.status = 'closed' then statements.closed_at end) as closed_at
    from calendar
    left join statements
        on calendar.start_date >= statements.start_date and calendar.end_date <= statements.end_date
    group by
        calendar.period_id, calendar.quarter_id, calendar.year_id, calendar.fiscal_year, calendar.start_date,
        calendar.end_date
)

select * from final

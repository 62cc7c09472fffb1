with

periods as (
    select * from {{ ref('int_fiscal_periods_stated') }}
),

days as (
    select
        {{ each_day('start_date', 'end_date') }} as date_day,
        period_id,
        quarter_id,
        year_id,
        fiscal_year,
        status_rank = 2 as is_closed,
        end_date <= {{ as_of() }} as has_ended
    from periods
)

select * from days

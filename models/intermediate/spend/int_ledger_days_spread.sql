with

lines as (
    select * from {{ ref('int_ledger_lines_costed') }}
),

days as (
    select
        entry_id,
        {{ each_day('service_start', 'service_end') }} as date_day
    from lines
),

counted as (
    select
        days.date_day,
        lines.*,
        {{ days_between('lines.service_start', 'days.date_day') }} + 1 as position,
        {{ days_between('lines.service_start', 'lines.service_end') }} + 1 as day_count,
        {{ cent_step('lines.amount_doc') }} as doc_step
    from days
    inner join lines on days.entry_id = lines.entry_id
),

-- Evenly by day with cumulative rounding: every line's days sum to the line.
spread as (
    select
        date_day,
        {{ month_start('date_day') }} as service_month,
        entry_id,
        vendor_id,
        campaign_id,
        platform,
        channel,
        department_id,
        spend_category,
        is_media,
        is_accrual,
        has_service_dates,
        currency,
        {{ from_units(
            'doc_step * ' ~ even_part('(' ~ as_units('amount_doc', 4) ~ ' // doc_step)', 'position', 'day_count'), 4
        ) }} as amount_doc,
        {{ from_units(even_part(as_units('amount', 2), 'position', 'day_count')) }} as amount
    from counted
)

select * from spread

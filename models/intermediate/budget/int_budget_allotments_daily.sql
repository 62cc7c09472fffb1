with

days as (
    select * from {{ ref('int_budget_days_totalled') }}
),

-- What earlier versions allotted to earlier days stays: it comes off the new total.
rests as (
    select
        days.*,
        {{ as_units('days.line_amount', 2) }} - carried.earlier_units as rest_units
    from days
    inner join {{ ref('int_budget_totals_carried') }} as carried
        on
            days.fiscal_year = carried.fiscal_year
            and days.version_no = carried.version_no
            and days.line_key = carried.line_key
),

allotted as (
    select
        version_id,
        line_key,
        date_day,
        department_id,
        channel,
        spend_category,
        {{ from_units(
            divide_half_even('rest_units * weight_to_date', 'total_weight') ~ ' - '
            ~ divide_half_even('rest_units * (weight_to_date - day_weight)', 'total_weight')
        ) }} as budget_amount
    from rests
)

select * from allotted

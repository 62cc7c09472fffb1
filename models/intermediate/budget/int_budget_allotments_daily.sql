with recursive

days as (
    select
        *,
        sum(day_weight) over (partition by version_id, line_key) as total_weight,
        sum(day_weight) over (
            partition by version_id, line_key order by date_day asc
            rows between unbounded preceding and current row
        ) as weight_to_date
    from {{ ref('int_budget_days_weighted') }}
),

-- What each version lets run until the next one takes over.
totals as (
    select
        fiscal_year,
        version_no,
        line_key,
        max({{ as_units('line_amount', 2) }}) as line_units,
        max(total_weight) as total_weight,
        coalesce(sum(case when date_day < next_effective_from then day_weight end), 0) as weight_until_next
    from days
    group by fiscal_year, version_no, line_key
),

keys as (
    select distinct
        fiscal_year,
        line_key
    from totals
),

steps as (
    select
        versions.fiscal_year,
        versions.version_no,
        keys.line_key,
        totals.line_units,
        totals.total_weight,
        totals.weight_until_next
    from {{ ref('int_budget_versions_ordered') }} as versions
    inner join keys on versions.fiscal_year = keys.fiscal_year
    left join totals
        on
            keys.fiscal_year = totals.fiscal_year
            and keys.line_key = totals.line_key
            and versions.version_no = totals.version_no
),

-- What earlier versions allotted to earlier days stays: it comes off the new total.
carried as (
    select
        fiscal_year,
        version_no,
        line_key,
        cast(0 as hugeint) as earlier_units
    from steps
    where version_no = 1
    union all
    select
        carried.fiscal_year,
        steps.version_no + 1 as version_no,
        carried.line_key,
        cast(carried.earlier_units + coalesce({{ divide_half_even(
            '(steps.line_units - carried.earlier_units) * steps.weight_until_next', 'nullif(steps.total_weight, 0)'
        ) }}, 0) as hugeint) as earlier_units
    from carried
    inner join steps
        on
            carried.fiscal_year = steps.fiscal_year
            and carried.version_no = steps.version_no
            and carried.line_key = steps.line_key
),

rests as (
    select
        days.*,
        {{ as_units('days.line_amount', 2) }} - carried.earlier_units as rest_units
    from days
    inner join carried
        on
            days.fiscal_year = carried.fiscal_year
            and days.version_no = carried.version_no
            and days.line_key = carried.line_key
),

final as (
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

select * from final

-- Where a version plans the same dimensions by other periods: what the lines that it no longer has allotted to the days
-- of those that it is the first to have.
with

days as (
    select
        days.*,
        {{ as_units('days.line_amount', 2) }} - carried.earlier_units as rest_units
    from {{ ref('int_budget_days_totalled') }} as days
    inner join {{ ref('int_budget_lines_carried') }} as carried
        on
            days.fiscal_year = carried.fiscal_year
            and days.version_no = carried.version_no
            and days.line_key = carried.line_key
    where days.date_day < days.next_effective_from and days.total_weight <> 0
),

lines as (
    select distinct
        versions.fiscal_year,
        versions.version_no,
        lines.line_key,
        lines.dimensions_key,
        lines.start_date,
        lines.end_date
    from {{ ref('int_budget_lines_prepared') }} as lines
    inner join {{ ref('int_budget_versions_ordered') }} as versions on lines.version_id = versions.version_id
),

new_lines as (
    select * from lines
    qualify version_no = min(version_no) over (partition by fiscal_year, line_key)
),

-- A day counts on one line, the shortest.
taken_days as (
    select
        new_lines.fiscal_year,
        new_lines.version_no,
        new_lines.line_key,
        {{ divide_half_even('days.rest_units * days.weight_to_date', 'days.total_weight') }}
        - {{ divide_half_even('days.rest_units * (days.weight_to_date - days.day_weight)', 'days.total_weight') }}
            as units
    from new_lines
    inner join days
        on
            new_lines.fiscal_year = days.fiscal_year
            and new_lines.dimensions_key = days.dimensions_key
            and new_lines.version_no > days.version_no
            and days.date_day between new_lines.start_date and new_lines.end_date
    left join lines as kept
        on
            new_lines.fiscal_year = kept.fiscal_year
            and new_lines.version_no = kept.version_no
            and days.line_key = kept.line_key
    where kept.line_key is null
    qualify
        row_number() over (
            partition by new_lines.fiscal_year, new_lines.version_no, days.version_no, days.line_key, days.date_day
            order by {{ days_between('new_lines.start_date', 'new_lines.end_date') }} asc, new_lines.line_key asc
        ) = 1
)

select
    fiscal_year,
    version_no,
    line_key,
    sum(units) as units
from taken_days
group by fiscal_year, version_no, line_key

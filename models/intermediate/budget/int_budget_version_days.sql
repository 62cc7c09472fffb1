-- Each version's view of each day of its year: which version's allotments hold that day, seen from it.
with

versions as (
    select * from {{ ref('int_budget_versions_ordered') }}
),

spans as (
    select
        versions.fiscal_year,
        max(versions.year_start_date) as year_start_date,
        max(versions.year_end_date) as year_end_date,
        least(min(versions.year_start_date), min(lines.start_date)) as first_day,
        greatest(max(versions.year_end_date), max(lines.end_date)) as last_day
    from versions
    left join {{ ref('int_budget_lines_prepared') }} as lines on versions.version_id = lines.version_id
    group by versions.fiscal_year
),

span_days as (
    select
        *,
        {{ each_day('first_day', 'last_day') }} as date_day
    from spans
),

-- A day has one year's plan: its own, wherever another year's lines reach into it.
planned_days as (
    select
        fiscal_year,
        date_day
    from span_days
    qualify
        row_number() over (
            partition by date_day
            order by coalesce(date_day between year_start_date and year_end_date, false) desc, fiscal_year asc
        ) = 1
),

seen as (
    select
        versions.version_id,
        versions.is_in_force,
        planned_days.date_day,
        max_by(earlier.version_id, earlier.version_no) as holding_version_id
    from versions
    inner join planned_days on versions.fiscal_year = planned_days.fiscal_year
    inner join versions as earlier
        on
            versions.fiscal_year = earlier.fiscal_year
            and versions.version_no >= earlier.version_no
            and (earlier.version_no = 1 or planned_days.date_day >= earlier.effective_from)
    group by versions.version_id, versions.is_in_force, planned_days.date_day
),

-- Days of spend that no version plans.
unplanned as (
    select distinct
        '(none)' as version_id,
        true as is_in_force,
        spend.date_day,
        '(none)' as holding_version_id
    from {{ ref('spend_daily') }} as spend
    left join planned_days on spend.date_day = planned_days.date_day
    where planned_days.date_day is null
),

viewed as (
    select * from seen
    union all
    select * from unplanned
)

select
    viewed.*,
    fiscal_days.period_id,
    fiscal_days.quarter_id,
    fiscal_days.year_id
from viewed
left join {{ ref('int_fiscal_days') }} as fiscal_days on viewed.date_day = fiscal_days.date_day

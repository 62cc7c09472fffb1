-- Each version's view of each day of its year: which version's allotments hold that day, seen from it.
with

versions as (
    select * from {{ ref('int_budget_versions_ordered') }}
),

spans as (
    select
        versions.fiscal_year,
        min(versions.year_start_date) as year_start_date,
        max(versions.year_end_date) as year_end_date,
        least(min(versions.year_start_date), min(lines.start_date)) as first_day,
        greatest(max(versions.year_end_date), max(lines.end_date)) as last_day
    from versions
    left join {{ ref('int_budget_lines_prepared') }} as lines on versions.version_id = lines.version_id
    group by versions.fiscal_year
),

span_days as (
    select
        fiscal_year,
        year_start_date,
        year_end_date,
        {{ each_day('first_day', 'last_day') }} as date_day
    from spans
),

-- A day has one year's plan: its own, wherever another year's lines reach into it.
planned_days as (
    select
        fiscal_year,
        date_day
    from span_days
    qualify row_number() over (
        partition by date_day
        order by coalesce(date_day between year_start_date and year_end_date, false) desc, fiscal_year asc
    ) = 1
),

seen as (
    select
        versions.version_id,
        planned_days.date_day,
        max(case
            when earlier.version_no = 1 or earlier.effective_from <= planned_days.date_day then earlier.version_no
        end) as holding_version_no,
        max(versions.fiscal_year) as fiscal_year
    from versions
    inner join planned_days on versions.fiscal_year = planned_days.fiscal_year
    inner join versions as earlier
        on versions.fiscal_year = earlier.fiscal_year and earlier.version_no <= versions.version_no
    group by versions.version_id, planned_days.date_day
),

in_force as (
    select
        fiscal_year,
        max(version_no) as latest_version_no
    from versions
    where version_no = 1 or effective_from <= {{ as_of() }}
    group by fiscal_year
),

named as (
    select
        seen.version_id,
        seen.date_day,
        holding.version_id as holding_version_id,
        versions.version_no = in_force.latest_version_no as is_in_force
    from seen
    inner join versions on seen.version_id = versions.version_id
    inner join versions as holding
        on seen.fiscal_year = holding.fiscal_year and seen.holding_version_no = holding.version_no
    inner join in_force on seen.fiscal_year = in_force.fiscal_year
),

-- Days of spend that no version plans.
unplanned as (
    select distinct
        '(none)' as version_id,
        spend.date_day,
        '(none)' as holding_version_id,
        true as is_in_force
    from {{ ref('spend_daily') }} as spend
    left join planned_days on spend.date_day = planned_days.date_day
    where planned_days.date_day is null
),

final as (
    select * from named
    union all
    select * from unplanned
)

select
    final.*,
    fiscal_days.period_id,
    fiscal_days.quarter_id,
    fiscal_days.year_id
from final
left join {{ ref('int_fiscal_days') }} as fiscal_days on final.date_day = fiscal_days.date_day

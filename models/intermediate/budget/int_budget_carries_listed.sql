{{ config(materialized='view') }}

-- The periods and quarters of cells with a carry policy, seen from each version, with what is left of each. Of one cell
-- the narrower policy rules.
with

lines as (
    select
        versions.fiscal_year,
        versions.version_no,
        calendar.period_kind,
        calendar.period_id,
        lines.department_id,
        lines.channel,
        lines.spend_category,
        min(case lines.carry when 'both' then 2 when 'surplus' then 1 else 0 end) as policy
    from {{ ref('int_budget_lines_prepared') }} as lines
    inner join {{ ref('int_budget_versions_ordered') }} as versions on lines.version_id = versions.version_id
    inner join {{ run_input('fiscal_calendar') }} as calendar
        on
            lines.start_date = calendar.start_date and lines.end_date = calendar.end_date
            and calendar.period_kind in ('period', 'quarter')
    group by all
),

cells as (
    select distinct fiscal_year, period_kind, department_id, channel, spend_category
    from lines
    where policy > 0
),

-- A version reads a period by its own lines, else by the latest ones before it.
seen as (
    select
        versions.version_id,
        lines.*
    from lines
    inner join cells
        on
            lines.fiscal_year = cells.fiscal_year
            and lines.period_kind = cells.period_kind
            and lines.department_id = cells.department_id
            and lines.channel = cells.channel
            and lines.spend_category = cells.spend_category
    inner join {{ ref('int_budget_versions_ordered') }} as versions
        on lines.fiscal_year = versions.fiscal_year and lines.version_no <= versions.version_no
    qualify
        row_number() over (
            partition by versions.version_id, lines.period_id, lines.department_id, lines.channel, lines.spend_category
            order by lines.version_no desc
        ) = 1
),

steps as (
    select
        seen.*,
        calendar.year_id,
        calendar.quarter_id,
        case seen.period_kind when 'quarter' then calendar.quarter_no else calendar.period_no end as step_no,
        case
            when seen.policy > 0 and calendar.end_date <= {{ as_of() }} then seen.policy else 0
        end as policy_in_force,
        sums.budget_amount - sums.actual_amount as rest_amount
    from seen
    inner join {{ run_input('fiscal_calendar') }} as calendar on seen.period_id = calendar.period_id
    -- A line that the version drops before the period begins leaves nothing there that could take over.
    inner join {{ ref('int_budget_periods_summed') }} as sums
        on
            seen.version_id = sums.version_id and seen.period_id = sums.period_id
            and seen.department_id = sums.department_id and seen.channel = sums.channel
            and seen.spend_category = sums.spend_category
            and sums.line_count > 0
),

linked as (
    select
        *,
        lead(step_no) over in_their_order = step_no + 1 as is_followed,
        coalesce(lag(step_no) over in_their_order = step_no - 1, false) as is_following
    from steps
    window in_their_order as (
        partition by version_id, year_id, period_kind, department_id, channel, spend_category order by step_no
    )
)

select * from linked

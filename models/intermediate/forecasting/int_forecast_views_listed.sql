{{ config(materialized='view') }}

-- The periods, quarters and years that each version in force sees. One that no line plans and nothing was spent in yet
-- is among them: its quarter and year hold what a forecast says of it.
with

unplanned_years as (
    select distinct period_id
    from {{ ref('int_budget_periods_committed') }}
    where period_kind = 'year' and version_id = '(none)'
),

listed as (
    select period_id, period_kind, version_id
    from {{ ref('int_budget_periods_committed') }}
    where is_in_force
    {% for kind in ['period', 'quarter', 'year'] %}
        union
        select {{ kind }}_id as period_id, '{{ kind }}' as period_kind, version_id
        from {{ ref('int_budget_version_days') }}
        where is_in_force and date_day > {{ as_of() }} and {{ kind }}_id is not null
        union
        select calendar.{{ kind }}_id as period_id, '{{ kind }}' as period_kind, '(none)' as version_id
        from {{ run_input('fiscal_calendar') }} as calendar
        inner join unplanned_years on calendar.year_id = unplanned_years.period_id
        where calendar.period_kind = 'period' and calendar.end_date > {{ as_of() }}
    {% endfor %}
)

select * from listed

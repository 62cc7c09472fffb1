{{ config(materialized='view') }}

-- Days of each week, fiscal month, quarter and year up to the run's date, with the months in which they lie.
with

days as (
    select * from {{ ref('int_fiscal_days') }}
    where date_day <= {{ as_of() }}
),

periods as (
    select
        'week' as period_kind,
        {{ attribution_iso_week_id('date_day') }} as period_id,
        date_day
    from days
    union all
    select
        'month' as period_kind,
        period_id,
        date_day
    from days
    union all
    select
        'quarter' as period_kind,
        quarter_id as period_id,
        date_day
    from days
    union all
    select
        'year' as period_kind,
        year_id as period_id,
        date_day
    from days
),

cohorts as (
    select
        period_kind,
        period_id,
        {{ month_id('date_day') }} as cohort,
        count(*) as days
    from periods
    where period_id is not null
    group by period_kind, period_id, {{ month_id('date_day') }}
)

select * from cohorts

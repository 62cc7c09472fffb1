{{ config(materialized='view') }}

with

settings as (
    select * from {{ run_input('company_settings') }}
),

periods as (
    select * from {{ run_input('fiscal_calendar') }}
    where period_kind = 'period'
),

conversion_days as (
    select distinct date_day from {{ ref('int_conversions_valued') }}
),

converting as (
    select distinct periods.period_id
    from periods
    inner join conversion_days on conversion_days.date_day between periods.start_date and periods.end_date
),

ended as (
    select
        periods.period_id,
        periods.start_date,
        periods.end_date,
        cast(least(periods.end_date, settings.as_of) as date) as fitted_to,
        settings.fit_days
    from periods
    inner join converting on periods.period_id = converting.period_id
    cross join settings
    where periods.start_date <= settings.as_of
),

-- Only what a change can reach is fitted again.
windows as (
    select
        period_id,
        start_date,
        end_date,
        {{ add_days('fitted_to', '1 - fit_days') }} as fitted_from,
        fitted_to
    from ended
    where end_date >= {{ attribution_fit_day() }}
)

select * from windows

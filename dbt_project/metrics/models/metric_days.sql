{{ config(materialized='view', schema='metrics', enabled=env_var('OUTLAY_METRICS', 'off') == 'on') }}

-- The days that MetricFlow counts by: every one of the run's fiscal calendar.
select distinct days.date_day
from (
    select {{ each_day('start_date', 'end_date') }} as date_day
    from {{ run_input('fiscal_calendar') }}
    where period_kind = 'period'
) as days

{{ config(materialized='view') }}

-- The fiscal periods among which a forecast chooses, with the day as of which it is made.
select
    period_id,
    quarter_id,
    year_id,
    start_date,
    end_date,
    {{ as_of() }} as as_of
from {{ run_input('fiscal_calendar') }}
where period_kind = 'period'

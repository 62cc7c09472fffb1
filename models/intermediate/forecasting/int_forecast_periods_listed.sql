{{ config(materialized='view') }}

-- The fiscal periods among which a forecast chooses.
select
    period_id,
    quarter_id,
    year_id,
    start_date,
    end_date
from {{ run_input('fiscal_calendar') }}
where period_kind = 'period'

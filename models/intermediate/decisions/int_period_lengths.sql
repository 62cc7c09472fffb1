{{ config(materialized='view') }}

-- How many days of each week, fiscal month, quarter and year are over.
select
    period_kind,
    period_id,
    sum(days) as days
from {{ ref('int_period_cohorts') }}
group by period_kind, period_id

{{ config(materialized='view') }}

-- Each version's budget of a period and cell, with the day from which it was known.
with

sums as (
    select * from {{ ref('int_budget_periods_summed') }}
    where period_kind = 'period' and line_count > 0
),

versions as (
    select * from {{ ref('int_budget_versions_ordered') }}
)

select
    sums.department_id,
    sums.channel,
    sums.spend_category,
    sums.period_id,
    sums.budget_amount as amount,
    versions.approved_on as known_from
from sums
inner join versions on sums.version_id = versions.version_id

{{ config(materialized='view') }}

-- Each version's budget of a period and cell, with the day from which it was known.
with

sums as (
    select
        sums.department_id,
        sums.channel,
        sums.spend_category,
        sums.period_id,
        sums.version_id,
        sums.budget_amount,
        versions.approved_on,
        versions.fiscal_year,
        versions.version_no
    from {{ ref('int_budget_periods_summed') }} as sums
    inner join {{ ref('int_budget_versions_ordered') }} as versions on sums.version_id = versions.version_id
    where sums.period_kind = 'period' and sums.line_count > 0
),

planned as (
    select distinct
        period_id,
        version_id,
        approved_on,
        fiscal_year,
        version_no
    from sums
),

-- What a later plan of the period leaves out, it plans at zero.
left_out as (
    select distinct
        earlier.department_id,
        earlier.channel,
        earlier.spend_category,
        later.period_id,
        later.approved_on
    from sums as earlier
    inner join planned as later
        on
            earlier.period_id = later.period_id
            and earlier.fiscal_year = later.fiscal_year
            and earlier.version_no < later.version_no
    left join sums as kept
        on
            later.period_id = kept.period_id
            and later.version_id = kept.version_id
            and earlier.department_id = kept.department_id
            and earlier.channel = kept.channel
            and earlier.spend_category = kept.spend_category
    where kept.version_id is null
)

select
    department_id,
    channel,
    spend_category,
    period_id,
    budget_amount as amount,
    approved_on as known_from
from sums
union all
select
    department_id,
    channel,
    spend_category,
    period_id,
    0 as amount,
    approved_on as known_from
from left_out

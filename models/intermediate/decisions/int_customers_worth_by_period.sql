{{ config(materialized='view') }}

-- What an average customer won in a period is worth within a year: its customers are those of the months in which it
-- lies, each month by as many as it won.
with

worth as (
    select
        cohorts.period_kind,
        cohorts.period_id,
        made.level,
        made.member,
        sum(cast(made.customers as double) * cast(made.ltv as double)) / sum(cast(made.customers as double)) as ltv,
        sum(cast(made.customers as double) * made.payback_months) / sum(cast(made.customers as double))
            as payback_months,
        max(made.ltv_reason) as ltv_reason,
        max(made.payback_months_reason) as payback_months_reason
    from {{ ref('int_period_cohorts') }} as cohorts
    inner join {{ ref('int_lifetime_values_made') }} as made on cohorts.cohort = made.cohort
    where made.horizon_months = 12 and made.customers > 0
    group by cohorts.period_kind, cohorts.period_id, made.level, made.member
)

-- What is unknown of a part is unknown of the whole.
select
    period_kind,
    period_id,
    level,
    member,
    cast(case when ltv_reason is null then ltv end as decimal(18, 2)) as ltv,
    cast(case when payback_months_reason is null then payback_months end as decimal(18, 6)) as payback_months,
    ltv_reason,
    payback_months_reason
from worth

with

variances as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        sum(variance_amount) as to_date,
        sum(actual_amount - budget_amount) as full_period
    from {{ ref('budget_variances') }}
    where variance_amount is not null
    group by period_id, version_id, department_id, channel
),

drivers as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        sum(case when basis = 'to_date' then amount else 0 end) as to_date,
        sum(case when basis = 'full_period' then amount else 0 end) as full_period
    from {{ ref('variance_drivers') }}
    group by period_id, version_id, department_id, channel
)

select
    coalesce(variances.period_id, drivers.period_id) as period_id,
    coalesce(variances.version_id, drivers.version_id) as version_id,
    coalesce(variances.department_id, drivers.department_id) as department_id,
    coalesce(variances.channel, drivers.channel) as channel,
    variances.to_date as variance_to_date,
    drivers.to_date as drivers_to_date,
    variances.full_period as variance_in_full,
    drivers.full_period as drivers_in_full
from variances
full outer join drivers
    on
        variances.period_id = drivers.period_id
        and variances.version_id = drivers.version_id
        and variances.department_id = drivers.department_id
        and variances.channel = drivers.channel
where variances.to_date is distinct from drivers.to_date or variances.full_period is distinct from drivers.full_period

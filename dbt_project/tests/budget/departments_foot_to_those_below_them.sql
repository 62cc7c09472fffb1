-- An amount that one row does not know is known of none above it.
with

rollups as (
    select * from {{ ref('budget_rollups') }}
),

below as (
    select
        period_id,
        version_id,
        parent_department_id as department_id,
        sum(budget_amount) as budget_amount,
        sum(actual_amount) as actual_amount
    from rollups
    where parent_department_id is not null
    group by period_id, version_id, parent_department_id
),

at_the_top as (
    select
        period_id,
        version_id,
        sum(budget_amount) as budget_amount,
        sum(actual_amount) as actual_amount,
        case when count(*) = count(committed_amount) then sum(committed_amount) end as committed_amount,
        case when count(*) = count(variance_amount) then sum(variance_amount) end as variance_amount
    from rollups
    where parent_department_id is null
    group by period_id, version_id
),

company as (
    select
        period_id,
        version_id,
        sum(budget_amount) as budget_amount,
        sum(actual_amount) as actual_amount,
        case when count(*) = count(committed_amount) then sum(committed_amount) end as committed_amount,
        case when count(*) = count(variance_amount) then sum(variance_amount) end as variance_amount
    from {{ ref('budget_variances') }}
    group by period_id, version_id
)

select
    rollups.period_id,
    rollups.version_id,
    rollups.department_id
from rollups
left join below
    on
        rollups.period_id = below.period_id
        and rollups.version_id = below.version_id
        and rollups.department_id = below.department_id
where
    rollups.budget_amount <> rollups.own_budget_amount + coalesce(below.budget_amount, 0)
    or rollups.actual_amount <> rollups.own_actual_amount + coalesce(below.actual_amount, 0)
union all
select
    company.period_id,
    company.version_id,
    '(company)' as department_id
from company
left join at_the_top on company.period_id = at_the_top.period_id and company.version_id = at_the_top.version_id
where
    company.budget_amount is distinct from at_the_top.budget_amount
    or company.actual_amount is distinct from at_the_top.actual_amount
    or company.committed_amount is distinct from at_the_top.committed_amount
    or company.variance_amount is distinct from at_the_top.variance_amount

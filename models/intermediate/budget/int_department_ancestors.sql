{{ config(materialized='view') }}

-- Each department and all above it, itself included, in the tree in force on a period's last day.
with recursive

spans as (
    select distinct
        calendar.period_id,
        calendar.period_kind,
        calendar.end_date
    from {{ run_input('fiscal_calendar') }} as calendar
    inner join {{ ref('budget_variances') }} as variances
        on calendar.period_id = variances.period_id and calendar.period_kind = variances.period_kind
),

links as (
    select
        spans.period_id,
        spans.period_kind,
        departments.department_id,
        min(parents.department_id) as parent_id
    from spans
    inner join {{ ref('departments') }} as departments
        on spans.end_date between departments.valid_from and departments.valid_to
    left join {{ ref('departments') }} as parents
        on
            departments.parent_id = parents.department_id
            and departments.department_id <> parents.department_id
            and spans.end_date between parents.valid_from and parents.valid_to
    group by spans.period_id, spans.period_kind, departments.department_id
),

-- A department that is not valid on that day stands alone.
members as (
    select
        period_id,
        period_kind,
        department_id
    from links
    union
    select distinct
        period_id,
        period_kind,
        department_id
    from {{ ref('budget_variances') }}
),

-- A ring of departments stops at the step limit.
chain as (
    select
        period_id,
        period_kind,
        department_id,
        department_id as ancestor_id,
        0 as steps
    from members
    union all
    select
        chain.period_id,
        chain.period_kind,
        chain.department_id,
        links.parent_id as ancestor_id,
        chain.steps + 1 as steps
    from chain
    inner join links
        on
            chain.period_id = links.period_id
            and chain.period_kind = links.period_kind
            and chain.ancestor_id = links.department_id
    where links.parent_id is not null and chain.steps < 20
),

parents as (
    select
        chain.period_id,
        chain.period_kind,
        chain.department_id,
        chain.ancestor_id,
        min(chain.steps) as steps
    from chain
    group by chain.period_id, chain.period_kind, chain.department_id, chain.ancestor_id
),

final as (
    select
        parents.*,
        links.parent_id as ancestor_parent_id
    from parents
    left join links
        on
            parents.period_id = links.period_id
            and parents.period_kind = links.period_kind
            and parents.ancestor_id = links.department_id
)

select * from final

-- What is consumed to date beside the plan of the whole period, by the version in force on the day.
with

running as (
    select * from {{ ref('int_budget_cells_accumulated') }}
),

plans as (
    select
        version_id,
        period_id,
        department_id,
        channel,
        sum(budget_amount) as budget_amount
    from {{ ref('budget_variances') }}
    group by version_id, period_id, department_id, channel
),

planned as (
    select
        running.*,
        cast(coalesce(plans.budget_amount, 0) as decimal(18, 2)) as budget_amount,
        cast({{ as_units('coalesce(plans.budget_amount, 0)', 2) }} as bigint) as budget_units,
        cast({{ as_units('running.budget_to_date_amount', 2) }} as bigint) as budget_to_date_units,
        cast({{ as_units('running.actual_to_date_amount', 2) }} as bigint) as actual_units
    from running
    left join plans
        on
            running.version_id = plans.version_id
            and running.period_id = plans.period_id
            and running.department_id = plans.department_id
            and running.channel = plans.channel
)

select * from planned

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
        cast({{ as_units('running.actual_to_date_amount', 2) }} as bigint) as actual_units
    from running
    left join plans
        on
            running.version_id = plans.version_id
            and running.period_id = plans.period_id
            and running.department_id = plans.department_id
            and running.channel = plans.channel
),

projected as (
    select
        *,
        {{ divide_by_positive_half_even('actual_units * day_count', 'days_elapsed') }} as projected_units,
        {{ divide_by_positive_half_even('budget_units - actual_units', 'nullif(day_count - days_elapsed, 0)') }}
            as required_units,
        min(case when actual_units > budget_units then date_day end) over (
            partition by period_id, department_id, channel
            order by date_day asc
            rows between unbounded preceding and current row
        ) as passed_on,
        -- At the pace so far: the first day whose cumulated spend lies above the budget.
        case
            when actual_units > 0 and budget_units > 0
                then {{ whole_quotient('budget_units * days_elapsed', 'actual_units') }} + 1
        end as exhausted_on_day
    from planned
),

final as (
    select
        date_day,
        period_id,
        department_id,
        channel,
        version_id,
        budget_amount,
        cast(budget_to_date_amount as decimal(18, 2)) as budget_to_date_amount,
        cast(actual_to_date_amount as decimal(18, 2)) as actual_to_date_amount,
        {{ ratio('actual_to_date_amount', 'budget_to_date_amount') }} as pace,
        {{ from_units('required_units') }} as required_daily_amount,
        {{ from_units('projected_units') }} as projected_amount,
        case
            when budget_units <= 0 then cast(null as date)
            when actual_units > budget_units then passed_on
            when exhausted_on_day <= day_count then {{ add_days('start_date', 'exhausted_on_day - 1') }}
        end as exhaustion_date,
        case when budget_to_date_amount = 0 then 'no budget to date' end as pace_reason,
        case when days_elapsed = day_count then 'last day of the period' end as required_daily_reason
    from projected
)

select * from final
order by date_day, period_id, department_id, channel

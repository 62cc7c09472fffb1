with

planned as (
    select * from {{ ref('int_budget_consumption_planned') }}
),

alerts as (
    select * from {{ ref('int_budget_alerts_held') }}
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
        projected.date_day,
        projected.period_id,
        projected.department_id,
        projected.channel,
        version_id,
        budget_amount,
        cast(budget_to_date_amount as decimal(18, 2)) as budget_to_date_amount,
        cast(actual_to_date_amount as decimal(18, 2)) as actual_to_date_amount,
        {{ ratio('actual_to_date_amount', 'budget_to_date_amount') }} as pace,
        {{ from_units('required_units') }} as required_daily_amount,
        {{ from_units('projected_units') }} as projected_amount,
        case
            when actual_units > budget_units then passed_on
            when exhausted_on_day <= day_count then {{ add_days('start_date', 'exhausted_on_day - 1') }}
        end as exhaustion_date,
        case
            when budget_to_date_amount = 0 then 'no budget to date'
            when pace is null then 'too little budget to date'
        end as pace_reason,
        case when days_elapsed = day_count then 'last day of the period' end as required_daily_reason,
        alerts.alert,
        alerts.alert_direction,
        alerts.spent_mark
    from projected
    inner join alerts
        on
            projected.period_id = alerts.period_id
            and projected.department_id = alerts.department_id
            and projected.channel = alerts.channel
            and projected.date_day = alerts.date_day
)

select * from final
order by date_day, period_id, department_id, channel

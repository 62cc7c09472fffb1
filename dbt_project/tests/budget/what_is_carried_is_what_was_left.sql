-- A period takes over what the one before hands on, and that is what was left of it, or nothing.
with

periods as (
    select
        variances.*,
        calendar.end_date,
        calendar.year_id,
        lead(variances.carried_in_amount) over (
            partition by
                variances.version_id, variances.department_id, variances.channel, variances.spend_category,
                calendar.year_id, variances.period_kind
            order by calendar.start_date
        ) as next_carried_in_amount,
        variances.budget_amount + variances.carried_in_amount - variances.actual_amount as left_amount
    from {{ ref('budget_variances') }} as variances
    inner join {{ run_input('fiscal_calendar') }} as calendar on variances.period_id = calendar.period_id
    where variances.period_kind = 'period'
)

select * from periods
where
    carried_out_amount <> coalesce(next_carried_in_amount, 0)
    or (carried_out_amount <> 0 and (carried_out_amount <> left_amount or end_date > {{ as_of() }}))
    or available_with_carried_amount is distinct from available_amount + carried_in_amount

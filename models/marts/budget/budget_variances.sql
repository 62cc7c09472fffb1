with

sums as (
    select * from {{ ref('int_budget_periods_summed') }}
),

orders as (
    select count(*) > 0 as are_delivered
    from {{ ref('stg_procurement__purchase_orders') }}
),

compared as (
    select
        sums.*,
        calendar.start_date <= {{ as_of() }} as has_begun,
        case when calendar.start_date <= {{ as_of() }} then sums.actual_amount - sums.budget_to_date_amount end
            as difference,
        case when not orders.are_delivered then 0 end as committed
    from sums
    cross join orders
    inner join {{ run_input('fiscal_calendar') }} as calendar
        on sums.period_id = calendar.period_id and sums.period_kind = calendar.period_kind
),

final as (
    select
        period_id,
        period_kind,
        version_id,
        department_id,
        channel,
        spend_category,
        budget_amount,
        budget_to_date_amount,
        ledger_amount,
        manual_amount,
        accrued_amount,
        actual_amount,
        cast(committed as decimal(18, 2)) as committed_amount,
        cast(null as decimal(18, 2)) as planned_amount,
        cast(budget_amount - actual_amount - committed as decimal(18, 2)) as available_amount,
        cast(difference as decimal(18, 2)) as variance_amount,
        {{ ratio('difference', 'abs(budget_to_date_amount)') }} as variance_pct,
        cast(-difference as decimal(18, 2)) as impact,
        case
            when line_count = 0 then 'unbudgeted'
            when budget_amount = 0 then 'zero_budget'
            else 'budgeted'
        end as budget_status,
        cast(null as decimal(18, 2)) as forecast_amount,
        cast(null as decimal(18, 2)) as forecast_low_amount,
        cast(null as decimal(18, 2)) as forecast_high_amount,
        cast(null as decimal(18, 2)) as forecast_variance_amount,
        cast(null as decimal(18, 2)) as operating_variance_amount,
        cast(null as decimal(18, 2)) as fx_variance_amount,
        case
            when not has_begun then 'period not begun'
            when budget_to_date_amount = 0 then 'no budget to date'
        end as variance_pct_reason,
        is_in_force
    from compared
)

select * from final
order by period_kind, period_id, version_id, department_id, channel, spend_category

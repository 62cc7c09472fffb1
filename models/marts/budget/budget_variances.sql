with

sums as (
    select * from {{ ref('int_budget_periods_foreseen') }}
),

forecasts as (
    select * from {{ ref('int_forecasts_assigned') }}
),

compared as (
    select
        sums.*,
        calendar.end_date <= {{ as_of() }} as has_ended,
        forecasts.period_id is not null as is_forecast,
        -- Of a period that is over, what was spent is what there will be.
        case when calendar.end_date <= {{ as_of() }} then 0 else forecasts.to_come end as to_come,
        case when calendar.end_date <= {{ as_of() }} then 0 else forecasts.to_come_low end as to_come_low,
        case when calendar.end_date <= {{ as_of() }} then 0 else forecasts.to_come_high end as to_come_high,
        forecasts.interval_basis,
        calendar.start_date <= {{ as_of() }} as has_begun,
        case when calendar.start_date <= {{ as_of() }} then sums.actual_amount - sums.budget_to_date_amount end
            as difference,
        case when calendar.start_date <= {{ as_of() }} and sums.unrated_count = 0 then sums.fx_amount end
            as fx_difference
    from sums
    inner join {{ run_input('fiscal_calendar') }} as calendar
        on sums.period_id = calendar.period_id and sums.period_kind = calendar.period_kind
    left join forecasts
        on
            sums.period_id = forecasts.period_id
            and sums.version_id = forecasts.version_id
            and sums.department_id = forecasts.department_id
            and sums.channel = forecasts.channel
            and sums.spend_category = forecasts.spend_category
),

measured as (
    select
        *,
        {{ ratio('difference', 'abs(budget_to_date_amount)') }} as difference_pct
    from compared
),

final as (
    select
        period_id,
        period_kind,
        version_id,
        department_id,
        channel,
        spend_category,
        cast(budget_amount as decimal(18, 2)) as budget_amount,
        cast(budget_to_date_amount as decimal(18, 2)) as budget_to_date_amount,
        cast(ledger_amount as decimal(18, 2)) as ledger_amount,
        cast(manual_amount as decimal(18, 2)) as manual_amount,
        cast(accrued_amount as decimal(18, 2)) as accrued_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount,
        cast(committed_amount as decimal(18, 2)) as committed_amount,
        cast(planned_amount as decimal(18, 2)) as planned_amount,
        cast(budget_amount - actual_amount - committed_amount as decimal(18, 2)) as available_amount,
        cast(difference as decimal(18, 2)) as variance_amount,
        difference_pct as variance_pct,
        cast(-difference as decimal(18, 2)) as impact,
        case
            when line_count = 0 then 'unbudgeted'
            when budget_amount = 0 then 'zero_budget'
            else 'budgeted'
        end as budget_status,
        cast(case when is_in_force then actual_amount + to_come end as decimal(18, 2)) as forecast_amount,
        cast(case when is_in_force then actual_amount + to_come_low end as decimal(18, 2)) as forecast_low_amount,
        cast(case when is_in_force then actual_amount + to_come_high end as decimal(18, 2)) as forecast_high_amount,
        cast(case when is_in_force then actual_amount + to_come - budget_amount end as decimal(18, 2))
            as forecast_variance_amount,
        cast(difference - fx_difference as decimal(18, 2)) as operating_variance_amount,
        cast(fx_difference as decimal(18, 2)) as fx_variance_amount,
        case
            when not has_begun then 'period not begun'
            when budget_to_date_amount = 0 then 'no budget to date'
            when difference_pct is null then 'too little budget to date'
        end as variance_pct_reason,
        is_in_force,
        -- Without a percentage the amount alone decides.
        coalesce(
            abs(difference) >= {{ flux_amount() }} and coalesce(abs(difference_pct) >= {{ flux_pct() }}, true), false
        ) as is_flagged,
        case
            when not has_begun then 'period not begun'
            when unrated_count > 0 then 'no budget rate for a currency'
        end as fx_variance_reason,
        case when committed_amount is null then 'an order has no exchange rate' end as committed_reason,
        case
            when not is_in_force then 'version not in force'
            when not has_ended and not is_forecast then 'none was made'
        end as forecast_reason,
        case when is_in_force and not has_ended and to_come_low is null then interval_basis end
            as forecast_interval_reason,
        cast(carried_in_amount as decimal(18, 2)) as carried_in_amount,
        cast(carried_out_amount as decimal(18, 2)) as carried_out_amount,
        cast(budget_amount + carried_in_amount - actual_amount - committed_amount as decimal(18, 2))
            as available_with_carried_amount
    from measured
)

select * from final
order by period_kind, period_id, version_id, department_id, channel, spend_category

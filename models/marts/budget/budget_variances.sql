with

cells as (
    select * from {{ ref('int_budget_cells_daily') }}
),

views as (
    select * from {{ ref('int_budget_version_days') }}
),

seen as (
    select
        views.version_id,
        views.is_in_force,
        views.period_id,
        views.quarter_id,
        views.year_id,
        cells.* exclude (version_id),
        case when cells.date_day <= {{ as_of() }} then cells.budget_amount else 0 end as budget_to_date_amount
    from views
    inner join cells on views.holding_version_id = cells.version_id and views.date_day = cells.date_day
),

by_kind as (
    select 'period' as period_kind, period_id as span_id, seen.* from seen
    union all
    select 'quarter' as period_kind, quarter_id as span_id, seen.* from seen
    union all
    select 'year' as period_kind, year_id as span_id, seen.* from seen
),

orders as (
    select count(*) > 0 as are_delivered
    from {{ ref('stg_procurement__purchase_orders') }}
),

summed as (
    select
        by_kind.span_id as period_id,
        by_kind.period_kind,
        by_kind.version_id,
        by_kind.department_id,
        by_kind.channel,
        by_kind.spend_category,
        cast(sum(by_kind.budget_amount) as decimal(18, 2)) as budget_amount,
        cast(sum(by_kind.budget_to_date_amount) as decimal(18, 2)) as budget_to_date_amount,
        cast(sum(by_kind.ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(by_kind.manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(by_kind.accrued_amount) as decimal(18, 2)) as accrued_amount,
        cast(sum(by_kind.ledger_amount + by_kind.manual_amount + by_kind.accrued_amount) as decimal(18, 2))
            as actual_amount,
        sum(by_kind.line_count) as line_count,
        bool_or(by_kind.is_in_force) as is_in_force
    from by_kind
    where by_kind.span_id is not null
    group by
        by_kind.span_id, by_kind.period_kind, by_kind.version_id, by_kind.department_id, by_kind.channel,
        by_kind.spend_category
),

compared as (
    select
        summed.*,
        calendar.start_date <= {{ as_of() }} as has_begun,
        case when calendar.start_date <= {{ as_of() }} then summed.actual_amount - summed.budget_to_date_amount end
            as difference
    from summed
    inner join {{ run_input('fiscal_calendar') }} as calendar
        on summed.period_id = calendar.period_id and summed.period_kind = calendar.period_kind
),

final as (
    select
        compared.period_id,
        compared.period_kind,
        compared.version_id,
        compared.department_id,
        compared.channel,
        compared.spend_category,
        compared.budget_amount,
        compared.budget_to_date_amount,
        compared.ledger_amount,
        compared.manual_amount,
        compared.accrued_amount,
        compared.actual_amount,
        cast(case when not orders.are_delivered then 0 end as decimal(18, 2)) as committed_amount,
        cast(null as decimal(18, 2)) as planned_amount,
        cast(case when not orders.are_delivered then compared.budget_amount - compared.actual_amount end as decimal(18, 2))
            as available_amount,
        cast(compared.difference as decimal(18, 2)) as variance_amount,
        {{ ratio('compared.difference', 'abs(compared.budget_to_date_amount)') }} as variance_pct,
        cast(-compared.difference as decimal(18, 2)) as impact,
        case
            when compared.line_count = 0 then 'unbudgeted'
            when compared.budget_amount = 0 then 'zero_budget'
            else 'budgeted'
        end as budget_status,
        cast(null as decimal(18, 2)) as forecast_amount,
        cast(null as decimal(18, 2)) as forecast_low_amount,
        cast(null as decimal(18, 2)) as forecast_high_amount,
        cast(null as decimal(18, 2)) as forecast_variance_amount,
        cast(null as decimal(18, 2)) as operating_variance_amount,
        cast(null as decimal(18, 2)) as fx_variance_amount,
        case
            when not compared.has_begun then 'period not begun'
            when compared.budget_to_date_amount = 0 then 'no budget to date'
        end as variance_pct_reason,
        compared.is_in_force
    from compared
    cross join orders
)

select * from final
order by period_kind, period_id, version_id, department_id, channel, spend_category

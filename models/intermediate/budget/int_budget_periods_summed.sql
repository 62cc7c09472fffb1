{{ config(materialized='view') }}

with

seen as (
    select
        views.version_id,
        views.is_in_force,
        views.period_id,
        views.quarter_id,
        views.year_id,
        {{ all_but(['version_id'], 'cells') }},
        case when cells.date_day <= {{ as_of() }} then cells.budget_amount else 0 end as budget_to_date_amount
    from {{ ref('int_budget_version_days') }} as views
    inner join {{ ref('int_budget_cells_daily') }} as cells
        on views.version_id = cells.version_id and views.date_day = cells.date_day
),

by_kind as (
    select period_id as span_id, 'period' as period_kind, seen.* from seen
    union all
    select quarter_id as span_id, 'quarter' as period_kind, seen.* from seen
    union all
    select year_id as span_id, 'year' as period_kind, seen.* from seen
),

summed as (
    select
        span_id as period_id,
        period_kind,
        version_id,
        is_in_force,
        department_id,
        channel,
        spend_category,
        cast(sum(budget_amount) as decimal(18, 2)) as budget_amount,
        cast(sum(budget_to_date_amount) as decimal(18, 2)) as budget_to_date_amount,
        cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount,
        cast(sum(ledger_amount + manual_amount + accrued_amount) as decimal(18, 2)) as actual_amount,
        cast(sum(fx_amount) as decimal(18, 2)) as fx_amount,
        sum(unrated_count) as unrated_count,
        sum(line_count) as line_count
    from by_kind
    where span_id is not null
    group by span_id, period_kind, version_id, is_in_force, department_id, channel, spend_category
)

select * from summed

-- Budget and actual of each cell on each day, seen from each version.
with

budgets as (
    select
        views.version_id,
        views.date_day,
        allotments.department_id,
        allotments.channel,
        allotments.spend_category,
        allotments.budget_amount,
        cast(0 as decimal(18, 2)) as ledger_amount,
        cast(0 as decimal(18, 2)) as manual_amount,
        cast(0 as decimal(18, 2)) as accrued_amount,
        cast(0 as decimal(18, 2)) as fx_amount,
        0 as unrated_count,
        1 as line_count,
        0 as spend_count
    from {{ ref('int_budget_allotments_daily') }} as allotments
    inner join {{ ref('int_budget_version_days') }} as views
        on allotments.version_id = views.holding_version_id and allotments.date_day = views.date_day
),

actuals as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        cast(0 as decimal(18, 2)) as budget_amount,
        ledger_amount,
        manual_amount,
        accrued_amount,
        fx_amount,
        unrated_count,
        0 as line_count,
        1 as spend_count
    from {{ ref('int_spend_cells_assigned') }}
),

unioned as (
    select * from budgets
    union all
    select * from actuals
),

final as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        cast(sum(budget_amount) as decimal(18, 2)) as budget_amount,
        cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount,
        cast(sum(fx_amount) as decimal(18, 2)) as fx_amount,
        sum(unrated_count) as unrated_count,
        sum(line_count) as line_count,
        sum(spend_count) as spend_count
    from unioned
    group by version_id, date_day, department_id, channel, spend_category
)

select * from final

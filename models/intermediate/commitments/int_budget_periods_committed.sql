{{ config(materialized='view') }}

-- Budget, actual, commitments and what is carried by cell: a cell that holds commitments and neither budget nor spend
-- has a row too.
with

sums as (
    select * from {{ ref('int_budget_periods_summed') }}
),

commitments as (
    select * from {{ ref('int_commitment_cells_summed') }}
),

unioned as (
    select
        period_id,
        period_kind,
        version_id,
        is_in_force,
        department_id,
        channel,
        spend_category
    from sums
    union
    select
        period_id,
        period_kind,
        version_id,
        is_in_force,
        department_id,
        channel,
        spend_category
    from commitments
),

joined as (
    select
        unioned.*,
        coalesce(sums.budget_amount, 0) as budget_amount,
        coalesce(sums.budget_to_date_amount, 0) as budget_to_date_amount,
        coalesce(sums.ledger_amount, 0) as ledger_amount,
        coalesce(sums.manual_amount, 0) as manual_amount,
        coalesce(sums.accrued_amount, 0) as accrued_amount,
        coalesce(sums.actual_amount, 0) as actual_amount,
        coalesce(sums.fx_amount, 0) as fx_amount,
        coalesce(carried.carried_in_amount, 0) as carried_in_amount,
        coalesce(carried.carried_out_amount, 0) as carried_out_amount,
        coalesce(sums.unrated_count, 0) as unrated_count,
        coalesce(sums.line_count, 0) as line_count,
        case when commitments.version_id is null then 0 else commitments.committed_amount end as committed_amount,
        case when commitments.version_id is null then 0 else commitments.planned_amount end as planned_amount
    from unioned
    left join sums
        on
            unioned.period_id = sums.period_id
            and unioned.period_kind = sums.period_kind
            and unioned.version_id = sums.version_id
            and unioned.department_id = sums.department_id
            and unioned.channel = sums.channel
            and unioned.spend_category = sums.spend_category
    left join {{ ref('int_budget_periods_carried') }} as carried
        on
            unioned.period_id = carried.period_id
            and unioned.version_id = carried.version_id
            and unioned.department_id = carried.department_id
            and unioned.channel = carried.channel
            and unioned.spend_category = carried.spend_category
    left join commitments
        on
            unioned.period_id = commitments.period_id
            and unioned.period_kind = commitments.period_kind
            and unioned.version_id = commitments.version_id
            and unioned.department_id = commitments.department_id
            and unioned.channel = commitments.channel
            and unioned.spend_category = commitments.spend_category
)

select * from joined

with

made as (
    select * from {{ ref('int_allocations_made') }}
    where told = 'recommendation'
),

recommendations as (
    select
        objective,
        channel,
        current_amount,
        recommended_amount,
        expected_outcome,
        low,
        high,
        chance_worse,
        action,
        reason,
        backed_by,
        outcome_change,
        change_low,
        change_high,
        test_amount,
        sentence,
        plan_action,
        plan_reason,
        plan_outcome,
        plan_gain,
        plan_gain_low,
        plan_gain_high,
        plan_cost,
        plan_saving,
        plan_untested_saving,
        plan_sentence,
        case when expected_outcome is null then reason end as expected_outcome_reason
    from made
)

select * from recommendations
order by objective, channel

-- key: objective, channel
select
    objective, channel, current_amount, recommended_amount, recommended_amount - current_amount as change_amount,
    expected_outcome, low, high, outcome_change, chance_worse, action, reason, plan_action, plan_gain, plan_gain_low,
    plan_gain_high, plan_saving, plan_untested_saving
from marts.allocation_recommendations
where objective = 'most_outcome' or action <> 'hold'
qualify row_number() over (
    partition by objective order by abs(recommended_amount - current_amount) desc nulls last, channel
) <= 8
order by objective desc, abs(recommended_amount - current_amount) desc nulls last, channel

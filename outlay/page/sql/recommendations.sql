-- key: objective, channel
select
    objective, channel, current_amount, recommended_amount, recommended_amount - current_amount as change_amount,
    expected_outcome, low, high, chance_worse, action, reason
from marts.allocation_recommendations
qualify row_number() over (
    partition by objective order by abs(recommended_amount - current_amount) desc nulls last, channel
) <= 6
order by objective, abs(recommended_amount - current_amount) desc nulls last, channel

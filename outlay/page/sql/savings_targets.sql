-- key: baseline_id
select
    baseline_id, start_date, end_date, signed_on, baseline_amount, target_share, target_amount,
    identified_one_off_amount, identified_annual_amount, agreed_one_off_amount, agreed_annual_amount,
    realised_amount, realised_share, baseline_reason
from marts.savings_targets
order by coalesce(signed_on, start_date) desc, baseline_id desc
limit 1

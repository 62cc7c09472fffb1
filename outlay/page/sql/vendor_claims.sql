-- key: claim_id
select
    claim_id, vendor_id, detector, class, claimable_amount, explanation, evidence, status, expires_on, amount_reason
from marts.savings_opportunities
where vendor_id $of_one
order by vendor_id, claimable_amount desc nulls last, claim_id

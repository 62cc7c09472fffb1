-- key: claim_id
select
    claim_id, detector, class, vendor_id, gross_amount, claimable_amount, overlap_amount, expires_on, explanation,
    evidence, status, amount_reason
from marts.savings_opportunities
where status in ('identified', 'unpriced')
order by counts_as_saving desc, claimable_amount desc nulls last, claim_id
limit 8

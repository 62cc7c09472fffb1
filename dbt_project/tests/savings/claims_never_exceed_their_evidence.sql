-- Claims take from a purse at most what it is worth, and from the estimate at most itself.
select
    purse,
    max(purse_amount) as purse_amount,
    sum(claimable_amount) as claimed_amount,
    sum(gross_amount) as gross_amount
from {{ ref('int_claims_capped') }}
group by purse
having
    sum(claimable_amount) > max(purse_amount) or sum(claimable_amount) > sum(gross_amount) or min(claimable_amount) < 0

-- key: class
select
    class, count(*) as claim_count, sum(claimable_amount) as claimable_amount,
    bool_or(counts_as_saving) as counts_as_saving, count(*) filter (claimable_amount is null) as unpriced_count
from marts.savings_opportunities
where status in ('identified', 'unpriced')
group by class
order by counts_as_saving desc, class

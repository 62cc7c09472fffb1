-- key: line
with months as (
    select date_trunc('month', $start_date)::date as first_month, $end_date as last_day
),
summaries as (
    select s.* from marts.reconciliation_summaries as s, months
    where s.service_month between first_month and last_day
),
items as (
    select r.* from marts.reconciliations as r
    inner join summaries using (vendor_id, service_month)
)
select '(served)' as line, sum(served_amount) as amount, count(*) as item_count, 0 as open_count from summaries
having count(*) > 0
union all
select cause, sum(amount), count(*), count(*) filter (status = 'open') from items group by cause
union all
select '(ledger)', sum(ledger_amount), count(*), sum(open_item_count) from summaries having count(*) > 0
union all
select '(unexplained)', sum(unexplained_amount), count(*), 0 from summaries having count(*) > 0
union all
select '(gap)', sum(served_amount) + sum(cause_amount) - sum(ledger_amount), count(*), 0 from summaries
having count(*) > 0

-- key: vendor_id
select
    vendor_id, sum(served_amount) as served_amount, sum(cause_amount) as cause_amount,
    sum(ledger_amount) as ledger_amount, sum(unexplained_amount) as unexplained_amount,
    sum(open_item_count) as open_item_count
from marts.reconciliation_summaries
where service_month between date_trunc('month', $start_date)::date and $end_date
group by vendor_id
order by abs(sum(unexplained_amount)) desc, abs(sum(cause_amount)) desc, vendor_id
limit 6

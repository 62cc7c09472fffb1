-- key: vendor_id, service_month
select
    vendor_id, service_month, served_amount, billed_amount, ledger_amount, cause_amount, unexplained_amount,
    explained_pct, billed_amount_reason, explained_pct_reason
from marts.reconciliation_summaries
where vendor_id $of_one
order by vendor_id, service_month

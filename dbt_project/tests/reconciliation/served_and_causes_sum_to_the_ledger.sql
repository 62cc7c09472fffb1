-- 0 cents apart for every vendor and month; and no posting of a vendor with a feed is left out or read twice.
with

bridge as (
    select
        vendor_id,
        service_month,
        served_amount,
        cause_amount,
        ledger_amount
    from {{ ref('reconciliation_summaries') }}
    where served_amount + cause_amount <> ledger_amount
),

posted as (
    select
        vendor_id,
        service_month,
        sum(amount) as amount
    from {{ ref('int_ledger_months_explained') }}
    group by vendor_id, service_month
),

left_out as (
    select
        summaries.vendor_id,
        summaries.service_month,
        summaries.ledger_amount,
        posted.amount
    from {{ ref('reconciliation_summaries') }} as summaries
    left join posted
        on summaries.vendor_id = posted.vendor_id and summaries.service_month = posted.service_month
    where summaries.ledger_amount <> coalesce(posted.amount, 0)
),

read_twice as (
    select
        entry_id,
        service_month
    from {{ ref('int_postings_tied') }}
    group by entry_id, service_month
    having count(*) > 1
)

select 'bridge' as failure, vendor_id as subject, service_month from bridge
union all
select 'ledger' as failure, vendor_id as subject, service_month from left_out
union all
select 'consumed twice' as failure, entry_id as subject, service_month from read_twice

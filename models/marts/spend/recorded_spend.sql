with

records as (
    select * from {{ ref('stg_recorded__manual_spend') }}
),

unposted as (
    select distinct spend_id from {{ ref('int_manual_spend_unposted') }}
),

final as (
    select
        records.spend_id,
        records.spend_date,
        records.vendor_id,
        records.contract_id,
        records.invoice_number,
        records.currency,
        records.amount as amount_doc,
        lower(coalesce(records.state, 'posted')) as state,
        lower(coalesce(records.state, 'posted')) = 'posted' and unposted.spend_id is null as is_in_ledger,
        records.corrects_spend_id
    from records
    left join unposted on records.spend_id = unposted.spend_id
)

select * from final

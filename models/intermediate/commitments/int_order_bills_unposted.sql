{{ config(materialized='view') }}

-- Bills of orders that no actual holds yet: neither posted nor recorded by hand.
with

bills as (
    select * from {{ ref('int_order_bills_allotted') }}
),

posted as (
    select distinct
        doc_id,
        vendor_id
    from {{ ref('stg_ledger__entries') }}
    where
        doc_id is not null
        and lower(coalesce(status, 'posted')) = 'posted'
        and coalesce(doc_type, 'bill') not in ('accrual', 'accrual_reversal', 'payment')
),

recorded as (
    select distinct invoice_number
    from {{ ref('stg_recorded__manual_spend') }}
    where invoice_number is not null and lower(coalesce(state, 'posted')) = 'posted'
),

final as (
    select bills.*
    from bills
    where
        not bills.is_recorded
        and not exists (select 1 from posted where bills.invoice_id = posted.doc_id)
        and not exists (
            select 1 from posted where bills.invoice_number = posted.doc_id and bills.vendor_id = posted.vendor_id
        )
        and not exists (select 1 from recorded where bills.invoice_id = recorded.invoice_number)
        and not exists (select 1 from recorded where bills.invoice_number = recorded.invoice_number)
)

select * from final

with

source as (
    select * from {{ landed('payments') }}
),

latest as (
    select
        payment_id,
        vendor_id,
        invoice_id,
        paid_on,
        amount,
        currency,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['payment_id', 'invoice_id']) }} = 1
)

select * from latest

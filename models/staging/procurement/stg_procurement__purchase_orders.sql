with

source as (
    select * from {{ landed('purchase_orders') }}
),

latest as (
    select
        po_id,
        po_number,
        vendor_id,
        status,
        currency,
        approved_on,
        valid_to,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['po_id']) }} = 1
)

select * from latest

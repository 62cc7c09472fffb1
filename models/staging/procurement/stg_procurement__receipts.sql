with

source as (
    select * from {{ landed('receipts') }}
),

latest as (
    select
        po_id,
        line_no,
        received_on,
        amount,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['po_id', 'line_no', 'received_on']) }} = 1
)

select * from latest

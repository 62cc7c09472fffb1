with

source as (
    select * from {{ landed('vendor_invoices') }}
),

latest as (
    select
        invoice_id,
        vendor_id,
        invoice_number,
        invoice_date,
        currency,
        net_amount,
        tax_amount,
        gross_amount,
        received_date,
        due_date,
        service_start,
        service_end,
        status,
        type,
        original_invoice_id,
        po_number,
        paid_on,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['invoice_id']) }} = 1
)

select * from latest

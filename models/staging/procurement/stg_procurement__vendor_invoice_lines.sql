with

source as (
    select * from {{ landed('vendor_invoice_lines') }}
),

latest as (
    select
        invoice_id,
        line_no,
        net_amount,
        item,
        description,
        qty,
        unit,
        unit_price,
        tax_amount,
        recoverable_pct,
        line_kind,
        campaign_id,
        channel,
        contract_id,
        po_id,
        po_line_no,
        served_amount,
        redelivery,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['invoice_id', 'line_no']) }} = 1
)

select * from latest

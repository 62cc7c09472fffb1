with

source as (
    select * from {{ landed('platform_invoices') }}
),

latest as (
    select
        invoice_id,
        account_id,
        service_month,
        line_kind,
        amount,
        currency,
        invoice_number,
        invoice_date,
        served_amount,
        campaign_id,
        original_invoice_id,
        original_service_month,
        po_number,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['invoice_id', 'account_id', 'service_month', 'line_kind', 'campaign_id']) }} = 1
)

select * from latest

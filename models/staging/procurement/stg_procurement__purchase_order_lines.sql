with

source as (
    select * from {{ landed('purchase_order_lines') }}
),

latest as (
    select
        po_id,
        line_no,
        net_amount,
        qty,
        unit,
        department_id,
        campaign_id,
        channel,
        account_id,
        expected_period,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['po_id', 'line_no']) }} = 1
)

select * from latest

{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('manual_spend') }}",
) }}

with

source as (
    select * from {{ landed('manual_spend') }}
    where {{ in_landed_window('manual_spend') }}
),

latest as (
    select
        day as date_day,
        spend_id,
        spend_date,
        amount,
        currency,
        vendor_id,
        net_or_gross,
        tax_amount,
        department_id,
        campaign_id,
        channel,
        spend_category,
        contract_id,
        po_id,
        invoice_number,
        service_start,
        service_end,
        state,
        corrects_spend_id,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['spend_id']) }} = 1
)

select * from latest
order by date_day, spend_id

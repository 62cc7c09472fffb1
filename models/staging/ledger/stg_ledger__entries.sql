{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('ledger_entries') }}",
) }}

with

source as (
    select * from {{ landed('ledger_entries') }}
    where {{ in_landed_window('ledger_entries') }}
),

latest as (
    select
        day as date_day,
        entry_id,
        journal_id,
        posting_date,
        document_date,
        service_start,
        service_end,
        account_id,
        amount,
        currency,
        amount_home,
        -- 0 is how some systems write that no rate is stated.
        nullif(fx_rate, 0) as fx_rate,
        tax_amount,
        department_id,
        campaign_id,
        channel,
        vendor_id,
        doc_type,
        doc_id,
        reverses_journal_id,
        status,
        memo,
        source_system,
        source_id,
        source_updated_at,
        delivery_no,
        source_row
    from source
    qualify {{ version_number(['entry_id']) }} = 1
)

select * from latest
order by date_day, entry_id

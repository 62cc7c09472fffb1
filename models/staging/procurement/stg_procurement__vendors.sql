with

source as (
    select * from {{ landed('vendors') }}
),

latest as (
    select
        vendor_id,
        name,
        tax_id,
        bank_hash,
        domain,
        country,
        currency,
        platform_account_ids,
        merged_into,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['vendor_id']) }} = 1
)

select * from latest

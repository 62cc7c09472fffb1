with

source as (
    select * from {{ landed('contracts') }}
),

latest as (
    select
        contract_id,
        vendor_id,
        start_date,
        end_date,
        currency,
        total_cap,
        min_commit,
        commission_pct,
        commission_basis,
        notice_days,
        auto_renew,
        uplift_cap_pct,
        payment_terms_days,
        discount_pct,
        discount_days,
        rebate_tiers,
        rebate_within_days,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['contract_id']) }} = 1
)

select * from latest

with

source as (
    select * from {{ landed('budget_versions') }}
),

latest as (
    select
        version_id,
        kind,
        fiscal_year,
        status,
        approved_on,
        currency,
        effective_from,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['version_id']) }} = 1
)

select * from latest

with

source as (
    select * from {{ landed('fiscal_periods') }}
),

latest as (
    select
        period_id,
        status,
        closed_at,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['period_id']) }} = 1
)

select * from latest

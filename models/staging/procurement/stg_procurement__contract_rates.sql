with

source as (
    select * from {{ landed('contract_rates') }}
),

latest as (
    select
        contract_id,
        item,
        unit,
        valid_from,
        unit_price,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['contract_id', 'item', 'unit', 'valid_from']) }} = 1
)

select * from latest

with

source as (
    select * from {{ landed('accounts') }}
),

latest as (
    select
        account_id,
        name,
        class,
        is_marketing,
        spend_category,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['account_id']) }} = 1
)

select * from latest

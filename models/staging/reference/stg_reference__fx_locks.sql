with

source as (
    select * from {{ landed('fx_locks') }}
),

latest as (
    select
        lock_id,
        from_currency,
        to_currency,
        rate,
        amount,
        start_date,
        end_date,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['lock_id']) }} = 1
)

select * from latest

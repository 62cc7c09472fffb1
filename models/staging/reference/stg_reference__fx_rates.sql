with

source as (
    select * from {{ landed('fx_rates') }}
),

typed as (
    select
        from_currency,
        to_currency,
        date_day,
        rate,
        coalesce(rate_type, 'spot') as rate_type,
        source_updated_at,
        delivery_no,
        source_row,
        source,
        source_file
    from source
    where date_day <= {{ as_of() }}
),

latest as (
    select
        from_currency,
        to_currency,
        date_day,
        rate_type,
        rate
    from typed
    qualify {{ version_number(['from_currency', 'to_currency', 'date_day', 'rate_type']) }} = 1
)

select * from latest

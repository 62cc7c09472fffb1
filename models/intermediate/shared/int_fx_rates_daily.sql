{{ config(materialized='view') }}

with

routed as (
    select * from {{ ref('int_fx_rates_routed') }}
    where rate_type = 'spot'
),

rated as (
    select
        currency,
        date_day,
        rate_day,
        multiplier,
        divisor,
        {{ from_units(divide_half_even(
            as_units('multiplier', 8) ~ ' * 100000000', as_units('divisor', 8)
        ), 8) }} as rate
    from routed
)

select * from rated

{{ config(materialized='view') }}

with

rates as (
    select * from {{ ref('stg_reference__fx_rates') }}
    where rate_type in ('spot', 'budget') and rate > 0 and from_currency <> to_currency
),

-- Every known pair, in both directions: 1 from_currency = multiplier / divisor to_currency.
directed as (
    select
        rate_type,
        date_day,
        from_currency,
        to_currency,
        rate as multiplier,
        cast(1 as decimal(18, 8)) as divisor,
        1 as route_rank
    from rates
    union all
    select
        rate_type,
        date_day,
        to_currency as from_currency,
        from_currency as to_currency,
        cast(1 as decimal(18, 8)) as multiplier,
        rate as divisor,
        2 as route_rank
    from rates
),

ranked as (
    select
        *,
        lead(date_day) over (
            partition by rate_type, from_currency, to_currency, route_rank
            order by date_day asc
        ) as next_rate_day,
        case when rate_type = 'spot' then {{ setting('fx_max_age_days') }} else 400 end as carried_days
    from directed
),

-- A day without a rate takes the last known one, as long as that is not too old.
carried as (
    select
        rate_type,
        {{ each_day('date_day', 'least('
            ~ add_days('date_day', 'carried_days') ~ ', '
            ~ 'coalesce(' ~ add_days('next_rate_day', -1) ~ ', ' ~ add_days('date_day', 'carried_days') ~ '), '
            ~ as_of() ~ ')') }} as date_day,
        date_day as rate_day,
        from_currency,
        to_currency,
        multiplier,
        divisor,
        route_rank
    from ranked
)

select * from carried

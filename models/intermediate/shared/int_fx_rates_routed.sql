with

pairs as (
    select * from {{ ref('int_fx_rates_carried') }}
),

to_home as (
    select * from pairs
    where to_currency = {{ setting('home_currency') }}
),

crossed as (
    select
        first_leg.rate_type,
        first_leg.date_day,
        least(first_leg.rate_day, second_leg.rate_day) as rate_day,
        first_leg.from_currency as currency,
        first_leg.to_currency as base_currency,
        cast({{ product('first_leg.multiplier', 8, 'second_leg.multiplier') }} as decimal(18, 8)) as multiplier,
        cast({{ product('first_leg.divisor', 8, 'second_leg.divisor') }} as decimal(18, 8)) as divisor,
        case when first_leg.to_currency = 'EUR' then 3 else 4 end as route_rank
    from pairs as first_leg
    inner join to_home as second_leg
        on
            first_leg.rate_type = second_leg.rate_type
            and first_leg.date_day = second_leg.date_day
            and first_leg.to_currency = second_leg.from_currency
    where first_leg.from_currency <> {{ setting('home_currency') }}
),

routes as (
    select
        rate_type,
        date_day,
        rate_day,
        from_currency as currency,
        to_currency as base_currency,
        multiplier,
        divisor,
        route_rank
    from to_home
    union all
    select
        rate_type,
        date_day,
        rate_day,
        currency,
        base_currency,
        multiplier,
        divisor,
        route_rank
    from crossed
),

-- The freshest route wins, then the shortest: direct, inverse, across the euro, across another currency.
best as (
    select
        rate_type,
        date_day,
        currency,
        rate_day,
        multiplier,
        divisor
    from routes
    qualify
        row_number() over (
            partition by rate_type, date_day, currency
            order by rate_day desc, route_rank asc, base_currency asc, multiplier asc, divisor asc
        ) = 1
)

select * from best

{{ config(materialized='view') }}

with

refunds as (
    select * from {{ ref('stg_web__refunds') }}
),

conversions as (
    select * from {{ ref('int_conversions_valued') }}
),

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

-- A refund gives back at the rate of the day of sale: what differs since is not marketing's.
-- A refund of a conversion nobody knows takes its own day's rate.
matched as (
    select
        refunds.*,
        conversions.date_day as converted_day,
        coalesce(conversions.date_day, refunds.date_day) as rate_day,
        conversions.revenue_amount,
        conversions.margin_amount
    from refunds
    left join conversions on refunds.conversion_id = conversions.conversion_id
),

in_home_currency as (
    select
        matched.*,
        {{ home_amount('matched.amount', 'matched.currency', 'rates') }} as refunded_amount
    from matched
    left join rates on matched.currency = rates.currency and matched.rate_day = rates.date_day
),

-- A refund takes back margin as it takes back revenue.
valued as (
    select
        date_day,
        refund_id,
        conversion_id,
        converted_day,
        currency,
        amount,
        refunded_amount,
        case
            when revenue_amount <> 0 then {{ from_units(divide_half_even(
                as_units('refunded_amount') ~ ' * ' ~ as_units('margin_amount'), as_units('revenue_amount')
            )) }}
            else cast({{ round_half_even(
                product('refunded_amount', 2, setting('default_gross_margin'))
            ) }} as decimal(18, 2))
        end as refunded_margin_amount,
        refunded_at
    from in_home_currency
)

select * from valued

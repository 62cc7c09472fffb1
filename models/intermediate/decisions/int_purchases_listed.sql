{{ config(materialized='view') }}

-- Each purchase or payment of a person with its margin, what was refunded of it taken back.
with

refunds as (
    select
        conversion_id,
        sum(refunded_margin_amount) as refunded_margin_amount
    from {{ ref('int_refunds_valued') }}
    where date_day <= {{ as_of() }}
    group by conversion_id
),

purchases as (
    select
        conversions.person_id as customer,
        conversions.date_day,
        case when conversions.billing_months > 0 then conversions.billing_months end as billing_months,
        cast(conversions.margin_amount - coalesce(refunds.refunded_margin_amount, 0) as decimal(18, 2)) as margin_amount
    from {{ ref('int_conversions_valued') }} as conversions
    left join refunds on conversions.conversion_id = refunds.conversion_id
    where conversions.date_day <= {{ as_of() }}
)

select * from purchases

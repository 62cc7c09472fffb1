{{ config(materialized='view') }}

-- What was received of each order line: delivery of its campaign for media, else its goods receipts.
with

lines as (
    select * from {{ ref('int_order_lines_prepared') }}
),

-- A campaign's day is the receipt of one order line only: the one that ends first.
delivered as (
    select
        lines.po_id,
        lines.line_no,
        lines.currency as order_currency,
        delivery.date_day,
        delivery.currency,
        delivery.spend
    from {{ ref('stg_ads__platform_spend') }} as delivery
    inner join lines
        on
            delivery.campaign_id = lines.campaign_id
            and delivery.date_day >= lines.approved_on
            and (lines.valid_to is null or delivery.date_day <= lines.valid_to)
    where not lines.is_requisition
    qualify
        row_number() over (
            partition by delivery.platform, delivery.account_id, delivery.campaign_id, delivery.date_day
            order by lines.valid_to asc nulls last, lines.approved_on asc, lines.po_id asc, lines.line_no asc
        ) = 1
),

rated as (
    select
        delivered.*,
        case when delivered.currency = {{ setting('home_currency') }} then 1 else rates.multiplier end as multiplier,
        case when delivered.currency = {{ setting('home_currency') }} then 1 else rates.divisor end as divisor,
        case when delivered.order_currency = {{ setting('home_currency') }} then 1 else order_rates.multiplier end
            as order_multiplier,
        case when delivered.order_currency = {{ setting('home_currency') }} then 1 else order_rates.divisor end
            as order_divisor
    from delivered
    left join {{ ref('int_fx_rates_daily') }} as rates
        on delivered.currency = rates.currency and delivered.date_day = rates.date_day
    left join {{ ref('int_fx_rates_daily') }} as order_rates
        on delivered.order_currency = order_rates.currency and delivered.date_day = order_rates.date_day
),

converted as (
    select
        po_id,
        line_no,
        date_day,
        case
            when currency = order_currency then spend
            else {{ from_units(divide_half_even(
                as_units('spend', 4) ~ ' * ' ~ as_units('multiplier', 8) ~ ' * ' ~ as_units('order_divisor', 8),
                as_units('divisor', 8) ~ ' * ' ~ as_units('order_multiplier', 8)
            ), 4) }}
        end as amount_doc
    from rated
),

unioned as (
    select
        po_id,
        line_no,
        date_day,
        amount_doc,
        true as is_delivery
    from converted
    union all
    select
        po_id,
        line_no,
        received_on as date_day,
        amount as amount_doc,
        false as is_delivery
    from {{ ref('stg_procurement__receipts') }}
    where received_on <= {{ as_of() }}
),

chosen as (
    select * from unioned
    qualify is_delivery or not bool_or(is_delivery) over (partition by po_id, line_no)
),

summed as (
    select
        po_id,
        line_no,
        bool_or(is_delivery) as is_delivery,
        max(date_day) as last_received_on,
        cast(sum(amount_doc) as decimal(18, 4)) as received_amount
    from chosen
    group by po_id, line_no
)

select * from summed

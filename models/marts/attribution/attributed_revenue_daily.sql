{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ attribution_delete_reversals() }}"
) }}

with

credits as (
    select * from {{ ref('touch_credits') }}
    {% if is_incremental() %}
        where date_day >= {{ attribution_first_reversal_day() }}
    {% endif %}
),

reversals as (
    select * from {{ ref('int_refunds_reversed') }}
    {% if is_incremental() %}
        where date_day >= {{ attribution_first_reversal_day() }}
    {% endif %}
),

movements as (
    select
        date_day,
        campaign_id,
        channel,
        model,
        credit as conversions,
        case when is_new_customer then credit else 0 end as new_customers,
        revenue_amount,
        0 as refunded_amount,
        margin_amount,
        0 as refunded_margin_amount
    from credits

    union all

    select
        date_day,
        campaign_id,
        channel,
        model,
        0 as conversions,
        0 as new_customers,
        0 as revenue_amount,
        refunded_amount,
        0 as margin_amount,
        refunded_margin_amount
    from reversals
),

-- A margin that is unknown for one conversion is unknown for the sum: never understated.
summed as (
    select
        date_day,
        campaign_id,
        channel,
        model,
        cast(sum(conversions) as decimal(18, 9)) as conversions,
        cast(sum(revenue_amount) as decimal(18, 2)) as revenue_amount,
        cast(sum(refunded_amount) as decimal(18, 2)) as refunded_amount,
        cast(case when count(*) = count(margin_amount) then sum(margin_amount) end as decimal(18, 2)) as margin_amount,
        cast(
            case when count(*) = count(refunded_margin_amount) then sum(refunded_margin_amount) end
            as decimal(18, 2)
        ) as refunded_margin_amount,
        cast(sum(new_customers) as decimal(18, 9)) as new_customers
    from movements
    group by date_day, campaign_id, channel, model
)

select * from summed
order by date_day, campaign_id, channel, model

{{ config(materialized='view') }}

with

delivery as (
    select * from {{ ref('stg_ads__platform_spend') }}
),

campaigns as (
    select * from {{ ref('int_campaigns_classified') }}
),

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

in_home_currency as (
    select
        delivery.date_day,
        delivery.campaign_id,
        campaigns.channel,
        {{ home_amount('delivery.spend', 'delivery.currency', 'rates') }} as platform_spend_amount,
        {{ home_amount('delivery.conversions_value', 'delivery.currency', 'rates') }} as platform_value_amount
    from delivery
    inner join campaigns
        on delivery.platform = campaigns.platform and delivery.campaign_id = campaigns.campaign_id
    left join rates on delivery.currency = rates.currency and delivery.date_day = rates.date_day
),

summed as (
    select
        date_day,
        campaign_id,
        channel,
        cast(sum(platform_spend_amount) as decimal(18, 2)) as platform_spend_amount,
        cast(sum(platform_value_amount) as decimal(18, 2)) as platform_value_amount
    from in_home_currency
    -- Spend that reports no value is not spend without value.
    where platform_value_amount is not null
    group by date_day, campaign_id, channel
)

select * from summed

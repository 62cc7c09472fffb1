{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('platform_spend') }}",
) }}

with

source as (
    select * from {{ landed('platform_spend') }}
    where {{ in_landed_window('platform_spend') }}
),

latest as (
    select * from source
    qualify {{ version_number(['platform', 'account_id', 'campaign_id', 'date_day', 'row_key']) }} = 1
),

summed as (
    select
        date_day,
        platform,
        account_id,
        campaign_id,
        currency,
        max(campaign_name) as campaign_name,
        cast(sum(spend) as decimal(18, 4)) as spend,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(conversions) as decimal(18, 6)) as conversions,
        cast(sum(conversions_value) as decimal(18, 4)) as conversions_value,
        bool_and(is_final) as is_final,
        max(source_system) as source_system
    from latest
    group by date_day, platform, account_id, campaign_id, currency
)

select * from summed
order by date_day, platform, account_id, campaign_id, currency

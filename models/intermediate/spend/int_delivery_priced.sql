with

delivery as (
    select * from {{ ref('stg_ads__platform_spend') }}
),

-- The company's own word for media, where its accounts have just one.
media as (
    select case when count(distinct spend_category) = 1 then min(spend_category) end as spend_category
    from {{ ref('int_accounts_classified') }}
    where is_marketing and is_media and spend_category <> 'unmapped'
),

priced as (
    select
        delivery.date_day,
        {{ month_start('delivery.date_day') }} as service_month,
        delivery.platform,
        delivery.account_id,
        delivery.campaign_id,
        delivery.currency,
        coalesce(accounts.vendor_id, 'unmapped') as vendor_id,
        campaigns.channel,
        campaigns.department_id,
        coalesce(media.spend_category, 'media') as spend_category,
        delivery.spend as served_amount_doc,
        rates.multiplier,
        rates.divisor
    from delivery
    cross join media
    left join {{ ref('int_vendor_accounts_listed') }} as accounts on delivery.account_id = accounts.account_id
    left join {{ ref('int_campaigns_classified') }} as campaigns
        on delivery.platform = campaigns.platform and delivery.campaign_id = campaigns.campaign_id
    left join {{ ref('int_fx_rates_daily') }} as rates
        on delivery.currency = rates.currency and delivery.date_day = rates.date_day
)

select * from priced

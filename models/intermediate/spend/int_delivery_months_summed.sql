with

delivery as (
    select * from {{ ref('int_delivery_priced') }}
),

summed as (
    select
        vendor_id,
        service_month,
        currency,
        account_id,
        platform,
        campaign_id,
        cast(sum(served_amount_doc) as decimal(18, 4)) as served_amount_doc
    from delivery
    group by vendor_id, service_month, currency, account_id, platform, campaign_id
)

select * from summed

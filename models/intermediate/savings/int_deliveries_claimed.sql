{{ config(materialized='view') }}

-- Delivery that should not have cost anything, in platform days: after the campaign's end, above the
-- month's limit, or without result.
with

campaigns as (
    select * from {{ ref('stg_ads__campaigns') }}
),

delivery as (
    select * from {{ ref('int_delivery_priced') }}
),

after_end as (
    select
        'spend_after_end' as detector,
        delivery.*,
        campaigns.end_date,
        delivery.served_amount_doc as part_doc,
        'served after its end on ' || cast(campaigns.end_date as varchar) as finding
    from delivery
    inner join campaigns
        on delivery.platform = campaigns.platform and delivery.campaign_id = campaigns.campaign_id
    where delivery.date_day > campaigns.end_date and delivery.served_amount_doc > 0
),

credits as (
    select
        account_id,
        campaign_id,
        {{ month_start('coalesce(original_service_month, service_month)') }} as service_month,
        -sum(amount) as credit_amount_doc
    from {{ ref('stg_ads__platform_invoices') }}
    where line_kind = 'overdelivery_credit' and coalesce(invoice_date, service_month) <= {{ as_of() }}
    group by all
),

bills as (
    select distinct
        account_id,
        {{ month_start('service_month') }} as service_month
    from {{ ref('stg_ads__platform_invoices') }}
    where coalesce(invoice_date, service_month) <= {{ as_of() }}
),

limits as (
    select
        delivery.platform,
        delivery.account_id,
        delivery.campaign_id,
        delivery.service_month,
        max(delivery.date_day) as last_day,
        max(campaigns.daily_budget) as daily_budget,
        sum(delivery.served_amount_doc) as served_doc,
        sum(delivery.served_amount_doc) - cast(max(campaigns.daily_budget) * 30.4 as decimal(18, 4))
        - coalesce(max(credits.credit_amount_doc), 0) as excess_doc
    from delivery
    inner join campaigns
        on delivery.platform = campaigns.platform and delivery.campaign_id = campaigns.campaign_id
    left join credits
        on
            delivery.account_id = credits.account_id and delivery.campaign_id = credits.campaign_id
            and delivery.service_month = credits.service_month
    where campaigns.daily_budget > 0
    group by delivery.platform, delivery.account_id, delivery.campaign_id, delivery.service_month
),

-- The month's bill and two later ones came, and none held the credit.
uncredited as (
    select limits.*
    from limits
    where
        limits.excess_doc > greatest(limits.served_doc * 0.005, 1.00)
        and (
            select count(*) from bills
            where bills.account_id = limits.account_id and bills.service_month > limits.service_month
        ) >= 2
),

above_limit as (
    select
        'missing_platform_credit' as detector,
        delivery.*,
        uncredited.last_day as end_date,
        least(
            delivery.served_amount_doc, greatest(uncredited.excess_doc - coalesce(sum(delivery.served_amount_doc) over (
                partition by delivery.platform, delivery.account_id, delivery.campaign_id, delivery.service_month
                order by delivery.date_day desc rows between unbounded preceding and 1 preceding
            ), 0), 0)
        ) as part_doc,
        'served above 30.4 times its daily budget of ' || {{ number_text('uncredited.daily_budget') }}
        || ', no credit on the two bills after' as finding
    from delivery
    inner join uncredited
        on
            delivery.platform = uncredited.platform and delivery.account_id = uncredited.account_id
            and delivery.campaign_id = uncredited.campaign_id and delivery.service_month = uncredited.service_month
),

final as (
    select * from after_end
    union all
    select * from above_limit
    where part_doc > 0
    union all
    select * from {{ ref('int_fruitless_delivery_found') }}
)

select * from final

{{ config(materialized='view') }}

-- What the feed once said of a month: today's figure without the changes of a delivery and all later ones.
with

served as (
    select * from {{ ref('int_delivery_months_valued') }}
),

changes as (
    select
        account_id,
        {{ month_start('date_day') }} as service_month,
        currency,
        source,
        delivery_no,
        sum(change_amount) as change_amount
    from {{ ref('stg_ads__platform_spend_restated') }}
    group by account_id, {{ month_start('date_day') }}, currency, source, delivery_no
),

rolled_back as (
    select
        served.vendor_id,
        served.service_month,
        served.currency,
        served.account_id,
        changes.delivery_no,
        cast(served.served_amount_doc - sum(changes.change_amount) over (
            partition by served.vendor_id, served.service_month, served.currency, served.account_id, changes.source
            order by changes.delivery_no desc
            rows unbounded preceding
        ) as decimal(18, 4)) as told_amount_doc
    from served
    inner join changes
        on
            served.account_id = changes.account_id
            and served.service_month = changes.service_month
            and served.currency = changes.currency
)

select * from rolled_back

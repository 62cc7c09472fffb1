{{ config(materialized='view') }}

-- What was billed for each campaign's month: lines that name the campaign, and its part of those that do not.
with

campaign_months as (
    select * from {{ ref('int_delivery_months_summed') }}
    where served_amount_doc <> 0
),

named as (
    select
        campaign_months.*,
        bills.account_id as bill_account_id,
        bills.has_media,
        bills.billed_amount_doc
    from {{ ref('int_bills_collected') }} as bills
    inner join campaign_months
        on
            bills.vendor_id = campaign_months.vendor_id
            and bills.service_month = campaign_months.service_month
            and bills.currency = campaign_months.currency
            and bills.campaign_id = campaign_months.campaign_id
            and bills.account_id in (campaign_months.account_id, '(all)')
    qualify
        row_number() over (
            partition by bills.vendor_id, bills.service_month, bills.currency, bills.campaign_id, bills.account_id
            order by campaign_months.platform asc, campaign_months.account_id asc
        ) = 1
),

pools as (
    select
        bills.vendor_id,
        bills.service_month,
        bills.currency,
        bills.account_id as bill_account_id,
        bool_or(bills.has_media) as has_media,
        cast(sum(bills.billed_amount_doc) as decimal(18, 4)) as pool_amount_doc
    from {{ ref('int_bills_collected') }} as bills
    left join named
        on
            bills.vendor_id = named.vendor_id
            and bills.service_month = named.service_month
            and bills.currency = named.currency
            and bills.account_id = named.bill_account_id
            and bills.campaign_id = named.campaign_id
    where named.campaign_id is null
    group by bills.vendor_id, bills.service_month, bills.currency, bills.account_id
),

candidates as (
    select
        campaign_months.*,
        pools.bill_account_id,
        pools.pool_amount_doc,
        -- Media is for campaigns without a line of their own, a bare credit for those that were billed.
        coalesce(named.has_media, false) <> pools.has_media as is_meant
    from pools
    inner join campaign_months
        on
            pools.vendor_id = campaign_months.vendor_id
            and pools.service_month = campaign_months.service_month
            and pools.currency = campaign_months.currency
            and pools.bill_account_id in (campaign_months.account_id, '(all)')
    left join named
        on
            campaign_months.vendor_id = named.vendor_id
            and campaign_months.service_month = named.service_month
            and campaign_months.currency = named.currency
            and campaign_months.account_id = named.account_id
            and campaign_months.platform = named.platform
            and campaign_months.campaign_id = named.campaign_id
            and pools.bill_account_id = named.bill_account_id
),

eligible as (
    select * from candidates
    qualify
        is_meant
        or not bool_or(is_meant) over (partition by vendor_id, service_month, currency, bill_account_id)
),

shared as (
    select * from {{ largest_remainder(
        'eligible', 'pool_amount_doc', 'served_amount_doc',
        ['vendor_id', 'service_month', 'currency', 'bill_account_id'],
        ['account_id', 'platform', 'campaign_id'], 'billed_amount_doc'
    ) }}
),

parts as (
    select vendor_id, service_month, currency, account_id, platform, campaign_id, billed_amount_doc from named
    union all
    select vendor_id, service_month, currency, account_id, platform, campaign_id, billed_amount_doc from shared
)

select
    vendor_id,
    service_month,
    currency,
    account_id,
    platform,
    campaign_id,
    cast(sum(billed_amount_doc) as decimal(18, 4)) as billed_amount_doc
from parts
group by vendor_id, service_month, currency, account_id, platform, campaign_id

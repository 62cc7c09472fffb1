{{ config(materialized='view') }}

with

contracts as (
    select * from {{ ref('stg_procurement__contracts') }}
    where rebate_tiers is not null
),

tiers as (
    select
        contracts.contract_id,
        contracts.currency,
        cast(trim(split_part(items.tier, ':', 1)) as decimal(18, 2)) as threshold,
        cast(trim(split_part(items.tier, ':', 2)) as decimal(9, 6)) as rebate_pct,
        coalesce(contracts.rebate_within_days, 90) as within_days
    from contracts
    cross join {{ list_items('contracts.rebate_tiers', 'items', 'tier') }}
    where items.tier like '%:%'
)

select * from tiers

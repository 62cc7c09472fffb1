{{ config(materialized='ephemeral') }}

with

vendors as (
    select * from {{ ref('int_vendors_merged') }}
    where platform_account_ids is not null
),

listed as (
    select
        vendors.surviving_vendor_id as vendor_id,
        trim(items.account_id) as account_id
    from vendors
    cross join {{ list_items('vendors.platform_account_ids', 'items', 'account_id') }}
),

one_vendor_each as (
    select
        account_id,
        min(vendor_id) as vendor_id
    from listed
    where account_id <> ''
    group by account_id
)

select * from one_vendor_each

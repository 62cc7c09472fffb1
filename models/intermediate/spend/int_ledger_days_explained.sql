{{ config(materialized='view') }}

with

days as (
    select * from {{ ref('int_ledger_days_spread') }}
),

delivered as (
    select
        vendor_id,
        service_month
    from {{ ref('int_delivery_months_summed') }}
    where vendor_id <> 'unmapped'
    group by vendor_id, service_month
    having sum(served_amount_doc) <> 0
),

-- Media postings of a vendor whose delivery of that month is known are the same cost as that delivery.
explained as (
    select
        days.*,
        days.is_media and delivered.vendor_id is not null as is_explained_by_delivery
    from days
    left join delivered
        on days.vendor_id = delivered.vendor_id and days.service_month = delivered.service_month
)

select * from explained

{{ config(materialized='view') }}

-- Spend recorded by hand that names an order and that no bill or posting stands for yet: it uses the order up as a bill
-- would, or the same money would be spent and committed.
with

orders as (
    select
        po_id,
        po_number
    from {{ ref('stg_procurement__purchase_orders') }}
),

bills as (
    select invoice_id as number from {{ ref('int_order_bills_collected') }}
    union
    select invoice_number as number from {{ ref('int_order_bills_collected') }}
),

named as (
    select
        records.spend_id,
        min(orders.po_id) as po_id
    from {{ ref('int_manual_spend_unposted') }} as records
    inner join orders on records.po_id in (orders.po_id, orders.po_number)
    left join bills on records.invoice_number = bills.number
    where records.spend_date <= {{ as_of() }} and bills.number is null
    group by records.spend_id
),

final as (
    select
        concat_ws('/', 'recorded', records.spend_id) as bill_key,
        named.po_id,
        cast(null as varchar) as po_line_no,
        records.campaign_id,
        records.spend_id as invoice_id,
        coalesce(records.invoice_number, records.spend_id) as invoice_number,
        records.surviving_vendor_id as vendor_id,
        records.spend_date as bill_date,
        coalesce(records.service_end, records.service_start, records.spend_date) as service_day,
        records.currency,
        cast(records.net_amount as decimal(18, 4)) as amount,
        false as is_redelivered
    from {{ ref('int_manual_spend_unposted') }} as records
    inner join named on records.spend_id = named.spend_id
)

select * from final

{{ config(materialized='view') }}

-- Open orders past their validity, nothing received or invoiced for 90 days.
with

invoiced as (
    select
        po_id,
        po_line_no,
        sum(net_amount) as invoiced_doc,
        max(received_date) as last_day
    from {{ ref('int_invoice_lines_costed') }}
    where po_id is not null
    group by po_id, po_line_no
),

received as (
    select
        po_id,
        line_no,
        max(received_on) as last_day
    from {{ ref('stg_procurement__receipts') }}
    where received_on <= {{ as_of() }}
    group by po_id, line_no
),

orders as (
    select
        orders.po_id,
        orders.vendor_id,
        orders.currency,
        orders.valid_to,
        lines.line_no,
        lines.net_amount - coalesce(invoiced.invoiced_doc, 0) as part_doc,
        max(greatest(
            orders.approved_on, coalesce(invoiced.last_day, orders.approved_on),
            coalesce(received.last_day, orders.approved_on)
        )) over (partition by orders.po_id) as last_day,
        rates.multiplier,
        rates.divisor
    from {{ ref('stg_procurement__purchase_orders') }} as orders
    inner join {{ ref('stg_procurement__purchase_order_lines') }} as lines on orders.po_id = lines.po_id
    left join invoiced on lines.po_id = invoiced.po_id and lines.line_no = invoiced.po_line_no
    left join received on lines.po_id = received.po_id and lines.line_no = received.line_no
    -- The order's rate, or today's where the rates begin later.
    left join {{ ref('int_fx_rates_daily') }} as order_rates
        on orders.currency = order_rates.currency and orders.approved_on = order_rates.date_day
    left join {{ ref('int_fx_rates_daily') }} as rates
        on
            orders.currency = rates.currency
            and rates.date_day = coalesce(order_rates.date_day, {{ as_of() }})
    where lower(orders.status) in ('open', 'approved', 'part_billed', 'partly_billed', 'sent')
),

final as (
    select
        'stale_commitment' as detector,
        'stale_commitment:' || po_id || '/' || line_no as claim_id,
        'release' as class,
        vendor_id,
        greatest({{ add_days('valid_to', 1) }}, {{ add_days('last_day', 91) }}) as found_on,
        cast(null as date) as expires_on,
        'purchase_order_line:' || po_id || '/' || line_no as purse,
        {{ home_amount('part_doc', 'currency', 'orders') }} as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'orders') }} as amount,
        {{ evidence([
            ('purchase_order', 'po_id'), ('purchase_order_line', "po_id || '/' || line_no")
        ]) }} as evidence,
        'Open, valid until ' || cast(valid_to as varchar) || ', nothing received or invoiced since '
        || cast(last_day as varchar) as explanation
    from orders
    where valid_to < {{ as_of() }} and {{ add_days('last_day', 90) }} < {{ as_of() }} and part_doc > 0
)

select * from final

-- Each order line with its order, where it belongs and the rate at which it counts in home currency.
with

orders as (
    select
        *,
        lower(coalesce(status, 'open')) as reading
    from {{ ref('stg_procurement__purchase_orders') }}
    where approved_on <= {{ as_of() }}
),

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

-- The day's rate, or the first known one after it where the rates begin later.
rated as (
    select
        orders.po_id,
        min_by(rates.date_day, rates.date_day) as rate_day,
        min_by(rates.multiplier, rates.date_day) as multiplier,
        min_by(rates.divisor, rates.date_day) as divisor
    from orders
    inner join rates on orders.currency = rates.currency and orders.approved_on <= rates.date_day
    group by orders.po_id
),

known_departments as (
    select distinct department_id from {{ ref('departments') }}
),

final as (
    select
        lines.po_id,
        lines.line_no,
        orders.po_number,
        coalesce(vendors.surviving_vendor_id, orders.vendor_id) as vendor_id,
        orders.reading as order_status,
        orders.approved_on,
        orders.valid_to,
        orders.reading in {{ requisition_statuses() }} as is_requisition,
        orders.reading not in {{ dead_document_statuses() }}
        and orders.reading not in {{ ended_order_statuses() }} as is_open,
        coalesce(known_departments.department_id, 'unmapped') as department_id,
        coalesce(channels.channel, 'unmapped') as channel,
        classes.spend_category,
        lines.campaign_id,
        lines.account_id,
        lines.expected_period,
        orders.currency,
        lines.net_amount as ordered_amount,
        case when orders.currency = {{ setting('home_currency') }} then orders.approved_on else rated.rate_day end
            as rate_day,
        case when orders.currency = {{ setting('home_currency') }} then 1 else rated.multiplier end as multiplier,
        case when orders.currency = {{ setting('home_currency') }} then 1 else rated.divisor end as divisor
    from {{ ref('stg_procurement__purchase_order_lines') }} as lines
    inner join orders on lines.po_id = orders.po_id
    inner join {{ ref('int_order_lines_classified') }} as classes
        on lines.po_id = classes.po_id and lines.line_no = classes.line_no
    left join rated on lines.po_id = rated.po_id
    left join {{ ref('int_vendors_merged') }} as vendors on orders.vendor_id = vendors.vendor_id
    left join known_departments on classes.department_id = known_departments.department_id
    left join {{ ref('channels') }} as channels on classes.channel = channels.channel
)

select * from final

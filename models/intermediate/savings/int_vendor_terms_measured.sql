with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

receipts as (
    select
        po_id,
        line_no,
        sum(amount) as received_doc
    from {{ ref('stg_procurement__receipts') }}
    where received_on <= {{ as_of() }}
    group by po_id, line_no
),

-- Orders that came to their end in the window and have receipts.
orders as (
    select
        vendors.surviving_vendor_id as vendor_id,
        sum(lines.net_amount) as ordered_doc,
        sum(abs(receipts.received_doc - lines.net_amount)) as missed_doc
    from {{ ref('stg_procurement__purchase_orders') }} as orders
    cross join months
    inner join {{ ref('stg_procurement__purchase_order_lines') }} as lines on orders.po_id = lines.po_id
    inner join {{ ref('int_vendors_merged') }} as vendors on orders.vendor_id = vendors.vendor_id
    inner join receipts on lines.po_id = receipts.po_id and lines.line_no = receipts.line_no
    where
        orders.valid_to between months.first_day and {{ as_of() }}
        and lower(orders.status) not in {{ dead_document_statuses() }}
    group by vendors.surviving_vendor_id
),

contracts as (
    select
        vendors.surviving_vendor_id as vendor_id,
        bool_or(coalesce(contracts.auto_renew, false)) as renews_itself,
        bool_and(contracts.uplift_cap_pct is not null) as has_caps
    from {{ ref('stg_procurement__contracts') }} as contracts
    inner join {{ ref('int_vendors_merged') }} as vendors on contracts.vendor_id = vendors.vendor_id
    where {{ as_of() }} between contracts.start_date and contracts.end_date
    group by vendors.surviving_vendor_id
),

shares as (
    select
        vendor_id,
        spend_category,
        sum(amount) as cost_amount,
        sum(sum(amount)) over (partition by spend_category) as category_amount
    from {{ ref('spend_daily') }}
    cross join months
    where date_day between months.first_day and months.last_day
    group by vendor_id, spend_category
),

concentrations as (
    select
        vendor_id,
        max({{ ratio('cost_amount', 'category_amount') }}) as category_share
    from shares
    where cost_amount > 0
    group by vendor_id
),

bridges as (
    select
        summaries.vendor_id,
        sum(abs(summaries.unexplained_amount)) as unexplained_amount,
        sum(greatest(abs(summaries.served_amount), abs(summaries.ledger_amount))) as larger_amount
    from {{ ref('reconciliation_summaries') }} as summaries
    cross join months
    where summaries.service_month between months.first_day and months.last_day
    group by summaries.vendor_id
),

-- A third each: nothing renews itself, every contract caps uplifts, at most half of a category.
final as (
    select
        vendors.vendor_id,
        1 - {{ ratio('orders.missed_doc', 'orders.ordered_doc', 4) }} as delivery_vs_plan,
        1 - {{ ratio('bridges.unexplained_amount', 'bridges.larger_amount') }} as reconciliation,
        {{ ratio(
            '((case when not contracts.renews_itself then 1 else 0 end)'
            ~ ' + (case when contracts.has_caps then 1 else 0 end)'
            ~ ' + (case when concentrations.category_share <= 0.5 then 1 else 0 end))',
            '(case when contracts.vendor_id is null then 0 else 2 end'
            ~ ' + case when concentrations.vendor_id is null then 0 else 1 end)', 0
        ) }} as terms_and_risk
    from {{ ref('vendors') }} as vendors
    left join orders on vendors.vendor_id = orders.vendor_id
    left join contracts on vendors.vendor_id = contracts.vendor_id
    left join concentrations on vendors.vendor_id = concentrations.vendor_id
    left join bridges on vendors.vendor_id = bridges.vendor_id
    where vendors.vendor_id = vendors.surviving_vendor_id and not vendors.is_placeholder
)

select * from final

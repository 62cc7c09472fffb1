{{ config(materialized='view') }}

-- Lines of bills and credits that name an order: by its id on the line, else by its number on the document.
with

orders as (
    select
        po_id,
        po_number
    from {{ ref('stg_procurement__purchase_orders') }}
),

-- A number that two orders bear is that of the first.
order_numbers as (
    select
        po_number,
        min(po_id) as po_id
    from orders
    group by po_number
),

invoices as (
    select * from {{ ref('stg_procurement__vendor_invoices') }}
    where
        lower(coalesce(status, 'approved')) not in {{ dead_document_statuses() }}
        and invoice_date <= {{ as_of() }}
),

invoice_lines as (
    select
        invoices.*,
        lines.line_no,
        lines.po_id,
        lines.po_line_no,
        lines.campaign_id,
        lines.redelivery,
        coalesce(lines.net_amount, invoices.net_amount) as amount,
        count(lines.po_id) over (partition by invoices.invoice_id) > 0 as has_named_lines
    from invoices
    left join {{ ref('stg_procurement__vendor_invoice_lines') }} as lines on invoices.invoice_id = lines.invoice_id
),

named as (
    select
        invoice_lines.*,
        orders.po_id as order_id
    from invoice_lines
    inner join orders on invoice_lines.po_id = orders.po_id
    union all
    select
        invoice_lines.*,
        order_numbers.po_id as order_id
    from invoice_lines
    inner join order_numbers on invoice_lines.po_number = order_numbers.po_number
    where invoice_lines.po_id is null and not invoice_lines.has_named_lines
),

by_vendor as (
    select
        concat_ws('/', invoice_id, line_no) as bill_key,
        order_id as po_id,
        po_line_no,
        campaign_id,
        invoice_id,
        invoice_number,
        vendor_id,
        invoice_date as bill_date,
        coalesce(service_end, service_start, invoice_date) as service_day,
        currency,
        amount,
        coalesce(redelivery, false) as is_redelivered
    from named
),

-- A platform's own invoice, unless it stands among the vendor's invoices too.
by_platform as (
    select
        concat_ws(
            '/', platform_lines.invoice_id, platform_lines.account_id, platform_lines.service_month,
            platform_lines.line_kind, coalesce(platform_lines.campaign_id, '')
        ) as bill_key,
        order_numbers.po_id,
        cast(null as varchar) as po_line_no,
        platform_lines.campaign_id,
        platform_lines.invoice_id,
        platform_lines.invoice_number,
        coalesce(accounts.vendor_id, 'unmapped') as vendor_id,
        coalesce(platform_lines.invoice_date, platform_lines.service_month) as bill_date,
        platform_lines.service_month as service_day,
        platform_lines.currency,
        platform_lines.amount,
        false as is_redelivered
    from {{ ref('stg_ads__platform_invoices') }} as platform_lines
    inner join order_numbers on platform_lines.po_number = order_numbers.po_number
    left join {{ ref('int_vendor_accounts_listed') }} as accounts on platform_lines.account_id = accounts.account_id
    left join {{ ref('int_vendors_merged') }} as vendors on accounts.vendor_id = vendors.surviving_vendor_id
    left join invoices
        on vendors.vendor_id = invoices.vendor_id and platform_lines.invoice_number = invoices.invoice_number
    where coalesce(platform_lines.invoice_date, platform_lines.service_month) <= {{ as_of() }}
    qualify
        count(invoices.invoice_id) over (partition by bill_key) = 0
        and row_number() over (partition by bill_key order by vendors.vendor_id asc) = 1
),

unioned as (
    select * from by_vendor
    union all
    select * from by_platform
)

select * from unioned

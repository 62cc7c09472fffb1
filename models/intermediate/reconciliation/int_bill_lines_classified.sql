-- What platforms and vendors with a delivery feed billed, line by line.
with

paired as (
    select * from {{ ref('int_vendor_invoices_paired') }}
),

platform_lines as (
    select
        accounts.vendor_id,
        'platform' as bill_source,
        invoices.invoice_id as bill_id,
        coalesce(invoices.invoice_number, invoices.invoice_id) as bill_number,
        {{ month_start('invoices.service_month') }} as service_month,
        invoices.currency,
        invoices.account_id,
        coalesce(invoices.invoice_date, {{ month_end(month_start('invoices.service_month')) }}) as invoice_date,
        coalesce(invoices.line_kind, 'media') as line_kind,
        {{ bill_line_class('invoices.line_kind', 'invoices.amount') }} as line_class,
        invoices.amount,
        invoices.served_amount,
        false as is_repeated
    from {{ ref('stg_ads__platform_invoices') }} as invoices
    inner join {{ ref('int_vendor_accounts_listed') }} as accounts on invoices.account_id = accounts.account_id
    where coalesce(invoices.invoice_date, invoices.service_month) <= {{ as_of() }}
),

platform_months as (
    select distinct
        vendor_id,
        service_month
    from platform_lines
),

-- A vendor invoice is the bill where no platform says what it billed; beside the platform's it is one more.
vendor_lines as (
    select
        paired.vendor_id,
        case when platform_months.vendor_id is null and not paired.is_repeated then 'vendor' else 'extra' end
            as bill_source,
        paired.invoice_id as bill_id,
        paired.invoice_number as bill_number,
        paired.service_month,
        paired.currency,
        '(all)' as account_id,
        paired.invoice_date,
        coalesce(lines.line_kind, 'media') as line_kind,
        {{ bill_line_class('lines.line_kind', 'coalesce(lines.net_amount, paired.net_amount)') }} as line_class,
        coalesce(lines.net_amount, paired.net_amount) as amount,
        lines.served_amount,
        paired.is_repeated
    from paired
    left join {{ ref('stg_procurement__vendor_invoice_lines') }} as lines on paired.invoice_id = lines.invoice_id
    left join platform_months
        on paired.vendor_id = platform_months.vendor_id and paired.service_month = platform_months.service_month
    where paired.bill_id is null and paired.last_month = paired.service_month
),

unioned as (
    select * from platform_lines
    union all
    select * from vendor_lines
)

select * from unioned

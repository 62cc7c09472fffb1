{{ config(materialized='view') }}

-- Tax that was posted as cost although it can be reclaimed.
with

lines as (
    select * from {{ ref('int_invoice_lines_costed') }}
),

invoices as (
    select * from {{ ref('int_invoices_normalised') }}
),

-- A posting names its document by the vendor's number of it or by the invoice's id.
inside as (
    select invoices.invoice_id, entries.entry_id, entries.posting_date, entries.tax_amount
    from invoices
    inner join {{ ref('stg_ledger__entries') }} as entries
        on invoices.invoice_number = entries.doc_id and invoices.vendor_id = entries.vendor_id
    where lower(coalesce(entries.status, 'posted')) = 'posted' and entries.tax_amount <> 0
    union
    select invoices.invoice_id, entries.entry_id, entries.posting_date, entries.tax_amount
    from invoices
    inner join {{ ref('stg_ledger__entries') }} as entries on invoices.invoice_id = entries.doc_id
    where lower(coalesce(entries.status, 'posted')) = 'posted' and entries.tax_amount <> 0
),

posted_tax as (
    select
        invoice_id,
        max(posting_date) as posted_on,
        sum(tax_amount) as inside_doc
    from inside
    group by invoice_id
),

-- What the posting kept inside the cost beyond the tax that the bill's lines cannot reclaim.
taxed as (
    select
        lines.*,
        posted_tax.posted_on,
        greatest(least(
            lines.reclaimable_tax_doc,
            posted_tax.inside_doc - sum(lines.kept_tax_amount) over (partition by lines.invoice_id)
            - coalesce(sum(lines.reclaimable_tax_doc) over (
                partition by lines.invoice_id order by lines.line_no rows between unbounded preceding and 1 preceding
            ), 0)
        ), 0) as part_doc
    from lines
    inner join posted_tax on lines.invoice_id = posted_tax.invoice_id
    where lines.tax_amount > 0
),

final as (
    select
        'unreclaimed_tax' as detector,
        'unreclaimed_tax:' || invoice_id || '/' || line_no as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        posted_on as found_on,
        cast(null as date) as expires_on,
        'tax of ' || purse as purse,
        {{ home_amount('reclaimable_tax_doc', 'currency', 'taxed') }} as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'taxed') }} as amount,
        {{ evidence([('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no")]) }} as evidence,
        'Tax of ' || {{ money_text('part_doc', 'currency') }} || ' that can be reclaimed was posted as cost'
            as explanation
    from taxed
    where part_doc > 0.01
)

select * from final

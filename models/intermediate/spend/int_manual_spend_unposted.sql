{{ config(materialized='view') }}

with

recorded as (
    select
        manual.*,
        coalesce(vendors.surviving_vendor_id, manual.vendor_id, '(none)') as surviving_vendor_id,
        manual.amount - case when lower(manual.net_or_gross) = 'gross' then coalesce(manual.tax_amount, 0) else 0 end
            as net_amount
    from {{ ref('stg_recorded__manual_spend') }} as manual
    left join {{ ref('int_vendors_merged') }} as vendors on manual.vendor_id = vendors.vendor_id
    where lower(coalesce(manual.state, 'posted')) = 'posted'
),

postings as (
    select
        lines.*,
        invoices.invoice_number
    from {{ ref('int_ledger_lines_costed') }} as lines
    left join {{ ref('stg_procurement__vendor_invoices') }} as invoices on lines.doc_id = invoices.invoice_id
    where not lines.is_accrual
),

named as (
    select distinct recorded.spend_id
    from recorded
    inner join postings
        on
            recorded.surviving_vendor_id = postings.vendor_id
            and recorded.invoice_number in (postings.doc_id, postings.invoice_number)
            and abs({{ days_between('recorded.spend_date', 'postings.posting_date') }}) <= 45
),

-- Equal amounts of one vendor are taken in order of date, so that each posting answers for one record only.
numbered_records as (
    select
        *,
        row_number() over (
            partition by surviving_vendor_id, currency, net_amount order by spend_date, spend_id
        ) as record_no
    from recorded
    where spend_id not in (select named.spend_id from named) and surviving_vendor_id <> '(none)'
),

numbered_postings as (
    select
        *,
        row_number() over (partition by vendor_id, currency, amount_doc order by posting_date, entry_id) as posting_no
    from postings
    where
        vendor_id <> '(none)'
        and not exists (
            select 1 from recorded
            where
                recorded.surviving_vendor_id = postings.vendor_id
                and recorded.invoice_number in (postings.doc_id, postings.invoice_number)
        )
),

matched as (
    select spend_id from named
    union
    select numbered_records.spend_id
    from numbered_records
    inner join numbered_postings
        on
            numbered_records.surviving_vendor_id = numbered_postings.vendor_id
            and numbered_records.currency = numbered_postings.currency
            and numbered_records.net_amount = numbered_postings.amount_doc
            and numbered_records.record_no = numbered_postings.posting_no
            and abs({{ days_between('numbered_records.spend_date', 'numbered_postings.posting_date') }}) <= 45
),

final as (
    select recorded.*
    from recorded
    where recorded.spend_id not in (select matched.spend_id from matched)
)

select * from final

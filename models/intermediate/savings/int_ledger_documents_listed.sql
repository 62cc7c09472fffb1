{{ config(materialized='view') }}

-- Bills as the ledger knows them: the lines of a vendor's document on marketing accounts. Only a number that the
-- posting states is the vendor's; a journal's own number says nothing about the bill. What stands behind an
-- underscore or a dash between blanks in it is the line.
with

lines as (
    select
        lines.*,
        entries.doc_type,
        entries.memo,
        lines.vendor_id || '/' || coalesce(
            entries.doc_id, {{ replace_all('entries.journal_id', '( - |_)[0-9]+$', '') }}
        ) as document_id
    from {{ ref('int_ledger_lines_costed') }} as lines
    inner join {{ ref('stg_ledger__entries') }} as entries on lines.entry_id = entries.entry_id
    where
        lines.vendor_id <> '(none)'
        and not lines.is_accrual
        and entries.reverses_journal_id is null
        and not exists (select 1 from {{ ref('stg_procurement__vendor_invoices') }})
),

final as (
    select
        document_id as invoice_id,
        lines.entry_id as line_no,
        false as is_invoice,
        lines.doc_id as invoice_number,
        cast(sum(lines.amount_doc) over (partition by document_id) as decimal(18, 4)) as gross_amount,
        case when lower(lines.doc_type) in ('payment', 'expense') then lines.posting_date end as stated_paid_on,
        lines.vendor_id,
        lines.vendor_id as surviving_vendor_id,
        coalesce(clusters.cluster_id, lines.vendor_id) as cluster_id,
        min(lines.posting_date) over (partition by document_id) as invoice_date,
        min(lines.posting_date) over (partition by document_id) as received_date,
        case when lines.has_service_dates then lines.service_start end as service_start,
        case when lines.has_service_dates then lines.service_end end as service_end,
        {{ month_start('lines.service_start') }} as service_month,
        cast(null as varchar) as original_invoice_id,
        cast(null as varchar) as po_number,
        sum(lines.amount_doc) over (partition by document_id) < 0 as is_credit,
        lines.currency,
        lines.amount_doc as net_amount,
        cast(0 as decimal(18, 4)) as tax_amount,
        cast(1 as decimal(18, 6)) as recoverable_pct,
        cast(null as varchar) as item,
        lines.memo as description,
        {{ plain_text("lines.account_id || ' ' || coalesce(lines.memo, '')") }} as item_key,
        cast(null as decimal(18, 6)) as qty,
        cast(null as varchar) as unit,
        cast(null as decimal(18, 6)) as unit_price,
        '' as line_kind,
        cast(null as varchar) as campaign_id,
        cast(null as varchar) as channel,
        cast(null as varchar) as contract_id,
        cast(null as varchar) as po_id,
        cast(null as varchar) as po_line_no,
        cast(null as decimal(18, 4)) as served_amount
    from lines
    left join {{ ref('int_vendors_clustered') }} as clusters on lines.vendor_id = clusters.vendor_id
)

select * from final

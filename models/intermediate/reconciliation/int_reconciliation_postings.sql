-- The marketing ledger of vendors with a delivery feed, one row a line and month of service.
with

feeds as (
    select distinct vendor_id from {{ ref('int_delivery_months_valued') }}
),

months as (
    select * from {{ ref('int_ledger_months_explained') }}
),

-- A reversal that names no document is of the document it takes back.
journals as (
    select
        journal_id,
        min(doc_id) as doc_id
    from {{ ref('stg_ledger__entries') }}
    group by journal_id
),

final as (
    select
        months.entry_id,
        months.service_month,
        months.vendor_id,
        months.currency,
        months.amount_doc,
        months.amount,
        case
            when coalesce(entries.tax_amount, 0) = 0 then cast(0 as decimal(18, 4))
            when months.day_count = months.last_position - months.first_position + 1
                then cast(entries.tax_amount as decimal(18, 4))
            else {{ from_units(even_part(
                as_units('entries.tax_amount', 4), 'months.first_position', 'months.last_position', 'months.day_count'
            ), 4) }}
        end as tax_amount_doc,
        months.spend_category,
        lines.is_media,
        months.is_accrual,
        months.has_service_dates,
        coalesce(entries.doc_id, reversed.doc_id) as doc_id,
        entries.journal_id,
        coalesce(entries.doc_id, reversed.doc_id, entries.journal_id) as posting_doc_id,
        entries.posting_date
    from months
    inner join feeds on months.vendor_id = feeds.vendor_id
    inner join {{ ref('int_ledger_lines_costed') }} as lines on months.entry_id = lines.entry_id
    inner join {{ ref('stg_ledger__entries') }} as entries on months.entry_id = entries.entry_id
    left join journals as reversed on entries.reverses_journal_id = reversed.journal_id
)

select * from final

{{ config(materialized='view') }}

with

entries as (
    select * from {{ ref('stg_ledger__entries') }}
    where lower(coalesce(status, 'posted')) = 'posted'
),

invoices as (
    select * from {{ ref('stg_procurement__vendor_invoices') }}
),

-- A posting names its document by the invoice's id or by the vendor's number of it.
named as (
    select
        entries.entry_id,
        invoices.*
    from entries
    inner join invoices on entries.doc_id = invoices.invoice_id
    union all
    select
        entries.entry_id,
        invoices.*
    from entries
    inner join invoices on entries.doc_id = invoices.invoice_number and entries.vendor_id = invoices.vendor_id
),

documents as (
    select
        entry_id,
        min_by(vendor_id, invoice_id) as vendor_id,
        min_by(service_start, invoice_id) as service_start,
        min_by(service_end, invoice_id) as service_end
    from named
    group by entry_id
),

dated as (
    select
        entries.*,
        coalesce(entries.vendor_id, documents.vendor_id) as stated_vendor_id,
        entries.service_start is not null or documents.service_start is not null as has_service_dates,
        coalesce(
            entries.service_start, documents.service_start, entries.document_date, entries.posting_date
        ) as first_day,
        coalesce(entries.service_end, documents.service_end) as last_day,
        coalesce(entries.doc_type in ('accrual', 'accrual_reversal'), false) as is_typed_accrual
    from entries
    left join documents on entries.entry_id = documents.entry_id
),

originals as (
    select
        journal_id,
        account_id,
        min(first_day) as first_day,
        max(greatest(first_day, last_day)) as last_day,
        min(posting_date) as posting_date,
        case when count(distinct currency) = 1 then sum(amount) end as amount,
        case when count(amount_home) = count(*) then sum(amount_home) end as amount_home,
        case when min(fx_rate) = max(fx_rate) then min(fx_rate) end as fx_rate,
        min(currency) as currency,
        bool_or(is_typed_accrual) as is_accrual
    from dated
    group by journal_id, account_id
),

-- A reversal without service dates belongs to the days of what it reverses, and without a value of its own it has the
-- value or the rate of that, so that the pair nets to nothing.
final as (
    select
        dated.entry_id,
        dated.posting_date,
        dated.account_id,
        dated.vendor_id,
        dated.campaign_id,
        dated.channel,
        dated.department_id,
        dated.stated_vendor_id,
        dated.doc_id,
        dated.currency,
        dated.amount,
        case
            when dated.amount_home is not null or dated.fx_rate is not null then dated.amount_home
            when dated.currency = originals.currency
                then {{ from_units(divide_half_even(
                    as_units('dated.amount', 4) ~ ' * ' ~ as_units('originals.amount_home'),
                    as_units('originals.amount', 4)
                )) }}
        end as amount_home,
        case
            when dated.amount_home is not null or dated.fx_rate is not null then dated.fx_rate
            when dated.currency = originals.currency then originals.fx_rate
        end as fx_rate,
        coalesce(originals.posting_date, dated.posting_date) as rated_on,
        dated.is_typed_accrual or coalesce(originals.is_accrual, false) as is_accrual,
        dated.has_service_dates,
        case when dated.has_service_dates then dated.first_day else coalesce(originals.first_day, dated.first_day) end
            as service_start,
        case when dated.has_service_dates then dated.last_day else coalesce(originals.last_day, dated.last_day) end
            as service_end
    from dated
    left join originals
        on dated.reverses_journal_id = originals.journal_id and dated.account_id = originals.account_id
)

select * from final

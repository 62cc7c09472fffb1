{{ config(materialized='view') }}

-- Cost of a claim's document that stands on another account than marketing's, or with another vendor.
with

numbers as (
    select
        numbers.*,
        claims.currency as claim_currency,
        coalesce(claims.entered_id, claims.bill_id) as entered_id
    from {{ ref('int_claim_numbers_listed') }} as numbers
    inner join {{ ref('int_reconciliation_claims') }} as claims on numbers.claim_id = claims.claim_id
),

entries as (
    select
        entries.*,
        accounts.is_marketing,
        coalesce(vendors.surviving_vendor_id, entries.vendor_id) as stated_vendor_id
    from {{ ref('stg_ledger__entries') }} as entries
    inner join {{ ref('int_accounts_classified') }} as accounts on entries.account_id = accounts.account_id
    left join {{ ref('stg_ledger__accounts') }} as charts on entries.account_id = charts.account_id
    left join {{ ref('int_vendors_merged') }} as vendors on entries.vendor_id = vendors.vendor_id
    where
        lower(coalesce(entries.status, 'posted')) = 'posted'
        and entries.doc_id is not null
        and coalesce(entries.doc_type, 'bill') not in ('payment', 'transfer', 'fx_reval', 'accrual', 'accrual_reversal')
        and (accounts.is_marketing or lower(charts.class) = 'expense')
),

-- The same number may be another vendor's own.
elsewhere as (
    select distinct
        vendors.surviving_vendor_id as vendor_id,
        invoices.invoice_number as number
    from {{ ref('stg_procurement__vendor_invoices') }} as invoices
    inner join {{ ref('int_vendors_merged') }} as vendors on invoices.vendor_id = vendors.vendor_id
),

invoice_lines as (
    select distinct
        invoice_id,
        net_amount + {{ product('coalesce(tax_amount, 0)', 4, '1 - coalesce(recoverable_pct, 1)') }} as cost_amount_doc
    from {{ ref('stg_procurement__vendor_invoice_lines') }}
    where coalesce(line_kind, 'media') in {{ delivery_line_kinds() }} or line_kind = 'regulatory_fee'
),

candidates as (
    select
        entries.entry_id,
        numbers.claim_id,
        entries.doc_id,
        entries.account_id,
        entries.amount as amount_doc,
        invoice_lines.invoice_id is not null as is_a_line
    from entries
    inner join numbers
        on entries.doc_id = numbers.number and entries.currency = numbers.claim_currency
    left join elsewhere on entries.stated_vendor_id = elsewhere.vendor_id and entries.doc_id = elsewhere.number
    left join invoice_lines
        on numbers.entered_id = invoice_lines.invoice_id and entries.amount = invoice_lines.cost_amount_doc
    where
        (not entries.is_marketing and coalesce(entries.stated_vendor_id, numbers.vendor_id) = numbers.vendor_id)
        or (entries.is_marketing and entries.stated_vendor_id <> numbers.vendor_id and elsewhere.vendor_id is null)
    qualify
        row_number() over (
            partition by entries.entry_id order by numbers.service_month asc, numbers.claim_id asc
        ) = 1
)

select * from candidates

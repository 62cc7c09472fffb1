{{ config(materialized='view') }}

with

platform_lines as (
    select
        coalesce(accounts.vendor_id, 'unmapped') as vendor_id,
        invoices.account_id,
        coalesce(invoices.campaign_id, '(none)') as campaign_id,
        {{ month_start('invoices.service_month') }} as service_month,
        invoices.currency,
        invoices.amount,
        invoices.line_kind = 'media' as is_media_line
    from {{ ref('stg_ads__platform_invoices') }} as invoices
    left join {{ ref('int_vendor_accounts_listed') }} as accounts on invoices.account_id = accounts.account_id
    where
        invoices.line_kind in {{ delivery_line_kinds() }}
        and coalesce(invoices.invoice_date, invoices.service_month) <= {{ as_of() }}
        -- A credit for an earlier month does not say what this month's delivery cost.
        and {{ month_start('coalesce(invoices.original_service_month, invoices.service_month)') }}
        = {{ month_start('invoices.service_month') }}
),

vendor_lines as (
    select
        vendors.surviving_vendor_id as vendor_id,
        '(all)' as account_id,
        coalesce(lines.campaign_id, '(none)') as campaign_id,
        {{ month_start('coalesce(invoices.service_start, invoices.invoice_date)') }} as service_month,
        invoices.currency,
        coalesce(lines.net_amount, invoices.net_amount) as amount,
        coalesce(lines.line_kind, 'media') = 'media' as is_media_line
    from {{ ref('stg_procurement__vendor_invoices') }} as invoices
    inner join {{ ref('int_vendors_merged') }} as vendors on invoices.vendor_id = vendors.vendor_id
    left join {{ ref('stg_procurement__vendor_invoice_lines') }} as lines on invoices.invoice_id = lines.invoice_id
    where
        coalesce(lines.line_kind, 'media') in {{ delivery_line_kinds() }}
        and lower(coalesce(invoices.status, 'approved')) not in {{ dead_document_statuses() }}
        and invoices.invoice_date <= {{ as_of() }}
        and {{ month_start('coalesce(invoices.service_end, invoices.service_start, invoices.invoice_date)') }}
        = {{ month_start('coalesce(invoices.service_start, invoices.invoice_date)') }}
),

ledger_lines as (
    select
        vendor_id,
        '(all)' as account_id,
        campaign_id,
        service_month,
        currency,
        amount_doc as amount,
        true as is_media_line
    from {{ ref('int_ledger_months_explained') }}
    where is_explained_by_delivery and has_service_dates and not is_accrual
),

-- The platform's own invoice knows most, then the vendor invoice, then the posting.
ranked as (
    select *, 1 as source_rank from platform_lines
    union all
    select *, 2 as source_rank from vendor_lines
    union all
    select *, 3 as source_rank from ledger_lines
),

chosen as (
    select
        *,
        min(source_rank) over (partition by vendor_id, service_month) as chosen_rank
    from ranked
    where cast(service_month + interval '1' month as date) <= {{ add_days(as_of(), 1) }}
),

final as (
    select
        vendor_id,
        service_month,
        currency,
        account_id,
        campaign_id,
        bool_or(is_media_line) as has_media,
        cast(sum(amount) as decimal(18, 4)) as billed_amount_doc
    from chosen
    where source_rank = chosen_rank
    group by vendor_id, service_month, currency, account_id, campaign_id
)

select * from final

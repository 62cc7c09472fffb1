-- A header without lines is one line `(all)`; where no invoices are delivered at all, the ledger's documents stand in.
-- `terms_contract_id`: whose terms hold: of the contract that the line names, else of the vendor's only one in force.
with

invoices as (
    select * from {{ ref('stg_procurement__vendor_invoices') }}
    where
        lower(coalesce(status, 'approved')) not in {{ dead_document_statuses() }}
        and coalesce(received_date, invoice_date) <= {{ as_of() }}
),

joined as (
    select
        invoices.invoice_id,
        coalesce(lines.line_no, '(all)') as line_no,
        true as is_invoice,
        invoices.invoice_number,
        coalesce(invoices.gross_amount, invoices.net_amount + coalesce(invoices.tax_amount, 0)) as gross_amount,
        case when invoices.paid_on <= {{ as_of() }} then invoices.paid_on end as stated_paid_on,
        invoices.vendor_id,
        coalesce(clusters.surviving_vendor_id, invoices.vendor_id) as surviving_vendor_id,
        coalesce(clusters.cluster_id, invoices.vendor_id) as cluster_id,
        invoices.invoice_date,
        coalesce(invoices.received_date, invoices.invoice_date) as received_date,
        invoices.service_start,
        invoices.service_end,
        {{ month_start('coalesce(invoices.service_start, invoices.invoice_date)') }} as service_month,
        invoices.original_invoice_id,
        invoices.po_number,
        lower(coalesce(invoices.type, '')) like '%credit%' or invoices.net_amount < 0 as is_credit,
        invoices.currency,
        coalesce(lines.net_amount, invoices.net_amount) as net_amount,
        coalesce(lines.tax_amount, case when lines.line_no is null then invoices.tax_amount end, 0) as tax_amount,
        coalesce(lines.recoverable_pct, 1) as recoverable_pct,
        lines.item,
        lines.description,
        coalesce({{ plain_text('lines.item') }}, {{ plain_text('lines.description') }}) as item_key,
        lines.qty,
        lines.unit,
        lines.unit_price,
        lower(coalesce(lines.line_kind, '')) as line_kind,
        lines.campaign_id,
        lines.channel,
        lines.contract_id,
        lines.po_id,
        lines.po_line_no,
        lines.served_amount
    from invoices
    left join {{ ref('stg_procurement__vendor_invoice_lines') }} as lines on invoices.invoice_id = lines.invoice_id
    left join {{ ref('int_vendors_clustered') }} as clusters on invoices.vendor_id = clusters.vendor_id
),

documented as (
    select * from joined
    union all
    select * from {{ ref('int_ledger_documents_listed') }}
),

in_force as (
    select
        documented.invoice_id,
        documented.line_no,
        min(contracts.contract_id) as contract_id
    from documented
    inner join {{ ref('int_contracts_clustered') }} as contracts
        on
            documented.cluster_id = contracts.cluster_id
            and coalesce(documented.service_start, documented.invoice_date)
            between contracts.start_date and contracts.end_date
    where documented.contract_id is null
    group by documented.invoice_id, documented.line_no
    having count(*) = 1
),

agreed as (
    select
        documented.*,
        coalesce(documented.contract_id, in_force.contract_id) as terms_contract_id
    from documented
    left join in_force
        on documented.invoice_id = in_force.invoice_id and documented.line_no = in_force.line_no
),

taxed as (
    select
        *,
        cast({{ round_half_even(
            product('tax_amount', 4, 'cast(1 - recoverable_pct as decimal(9, 6))'), 4
        ) }} as decimal(18, 4)) as kept_tax_amount
    from agreed
),

costed as (
    select
        taxed.*,
        cast(taxed.net_amount + taxed.kept_tax_amount as decimal(18, 4)) as cost_amount_doc,
        cast(taxed.tax_amount - taxed.kept_tax_amount as decimal(18, 4)) as reclaimable_tax_doc,
        rates.multiplier,
        rates.divisor
    from taxed
    left join {{ ref('int_fx_rates_daily') }} as rates
        on taxed.currency = rates.currency and taxed.invoice_date = rates.date_day
),

final as (
    select
        *,
        'invoice_line:' || invoice_id || '/' || line_no as purse,
        {{ home_amount('cost_amount_doc', 'currency', 'costed') }} as cost_amount
    from costed
)

select * from final

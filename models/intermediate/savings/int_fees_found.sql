{{ config(materialized='view') }}

-- Late fees, and discounts for paying early that were missed.
with

lines as (
    select * from {{ ref('int_invoice_lines_costed') }}
),

invoices as (
    select * from {{ ref('int_invoices_normalised') }}
),

late_fees as (
    select
        *,
        cost_amount_doc as part_doc
    from lines
    where
        net_amount > 0 and not is_credit
        and (
            line_kind in ('late_fee', 'late_payment_fee', 'interest', 'late_interest', 'dunning_fee', 'penalty')
            or item_key in (
                'LATEFEE', 'LATEPAYMENTFEE', 'LATEPAYMENTINTEREST', 'INTEREST', 'MAHNGEBUEHR', 'VERZUGSZINSEN'
            )
        )
),

discounts as (
    select
        {{ all_but(['contract_id'], 'lines') }},
        contracts.contract_id,
        contracts.discount_pct,
        invoices.last_paid_on,
        {{ add_days('lines.invoice_date', 'contracts.discount_days') }} as discount_until,
        cast({{ round_half_even(
            product('lines.net_amount', 4, 'contracts.discount_pct'), 2
        ) }} as decimal(18, 4)) as part_doc
    from lines
    inner join invoices on lines.invoice_id = invoices.invoice_id
    inner join {{ ref('stg_procurement__contracts') }} as contracts
        on lines.terms_contract_id = contracts.contract_id
    where
        contracts.discount_pct > 0 and contracts.discount_days is not null and lines.net_amount > 0
        and not lines.is_credit
        and invoices.last_paid_on > {{ add_days('lines.invoice_date', 'contracts.discount_days') }}
        -- Paid in full: nobody took the discount. A bill that is a duplicate should not have been paid at all.
        and (
            invoices.paid_amount = 0
            or invoices.paid_amount > invoices.gross_amount * (1 - contracts.discount_pct / 2)
        )
        and lines.invoice_id not in (select invoice_id from {{ ref('int_invoice_pairs_compared') }})
),

claims as (
    select
        'late_fee' as detector, 'run_rate' as class, received_date as found_on, purse, cost_amount_doc as worth_doc,
        'Charged for paying late' as explanation, cast(null as varchar) as contract,
        invoice_id, line_no, surviving_vendor_id, currency, multiplier, divisor, part_doc
    from late_fees
    union all
    select
        'missed_discount' as detector, 'run_rate' as class, last_paid_on as found_on, purse,
        cost_amount_doc as worth_doc,
        {{ percent_text('discount_pct') }} || ' until ' || cast(discount_until as varchar) || ', paid on '
        || cast(last_paid_on as varchar) as explanation,
        contract_id as contract,
        invoice_id, line_no, surviving_vendor_id, currency, multiplier, divisor, part_doc
    from discounts
),

final as (
    select
        detector,
        detector || ':' || invoice_id || '/' || line_no as claim_id,
        class,
        surviving_vendor_id as vendor_id,
        found_on,
        cast(null as date) as expires_on,
        purse,
        {{ home_amount('worth_doc', 'currency', 'claims') }} as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'claims') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"), ('contract', 'contract')
        ]) }} as evidence,
        explanation
    from claims
)

select * from final

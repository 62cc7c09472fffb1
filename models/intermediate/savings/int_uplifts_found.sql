{{ config(materialized='view') }}

-- Prices raised above the contract's cap: every bill is compared with the last price that kept to it.
with recursive

lines as (
    select
        {{ all_but(['contract_id', 'terms_contract_id'], 'lines') }},
        contracts.contract_id,
        contracts.uplift_cap_pct,
        row_number() over (
            partition by contracts.contract_id, lines.item_key, lines.unit, lines.currency
            order by
                coalesce(lines.service_start, lines.invoice_date), lines.invoice_date, lines.invoice_id,
                lines.line_no
        ) as bill_no
    from {{ ref('int_invoice_lines_costed') }} as lines
    inner join {{ ref('stg_procurement__contracts') }} as contracts
        on lines.terms_contract_id = contracts.contract_id
    where
        contracts.uplift_cap_pct is not null and lines.qty > 0 and lines.unit_price > 0 and lines.net_amount > 0
        and not lines.is_credit
),

walked as (
    select
        contract_id,
        item_key,
        unit,
        currency,
        bill_no,
        unit_price as kept_price,
        unit_price as allowed_price
    from lines
    where bill_no = 1
    union all
    select
        lines.contract_id,
        lines.item_key,
        lines.unit,
        lines.currency,
        lines.bill_no,
        case
            when
                lines.unit_price
                <= cast({{ product('walked.kept_price', 6, '1 + lines.uplift_cap_pct') }} as decimal(18, 6))
                then lines.unit_price
            else walked.kept_price
        end as kept_price,
        cast({{ product('walked.kept_price', 6, '1 + lines.uplift_cap_pct') }} as decimal(18, 6)) as allowed_price
    from walked
    inner join lines
        on
            walked.contract_id = lines.contract_id
            and walked.item_key is not distinct from lines.item_key
            and walked.unit is not distinct from lines.unit
            and walked.currency = lines.currency
            and walked.bill_no + 1 = lines.bill_no
),

raised as (
    select
        lines.*,
        walked.allowed_price,
        cast({{ round_half_even(
            product('lines.qty', 6, 'lines.unit_price - walked.allowed_price'), 4
        ) }} as decimal(18, 4)) as part_doc
    from lines
    inner join walked
        on
            lines.contract_id = walked.contract_id
            and lines.item_key is not distinct from walked.item_key
            and lines.unit is not distinct from walked.unit
            and lines.currency = walked.currency
            and lines.bill_no = walked.bill_no
    where lines.unit_price > walked.allowed_price
),

final as (
    select
        'uplift_above_cap' as detector,
        'uplift_above_cap:' || invoice_id || '/' || line_no as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        part_doc as amount_doc,
        {{ home_amount('part_doc', 'currency', 'raised') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"), ('contract', 'contract_id')
        ]) }} as evidence,
        {{ number_text('qty') }} || ' at ' || {{ number_text('unit_price') }} || ', at most '
        || {{ number_text('allowed_price') }}
        || ' ' || currency || ' by the cap on uplifts' as explanation
    from raised
    where part_doc >= 0.01
)

select * from final

{{ config(materialized='view') }}

-- Commission above the agreed share of net media.
with

fees as (
    select
        *,
        {{ ratio('net_amount', 'media_doc', 4) }} as billed_pct,
        cast({{ round_half_even('cast(media_doc * commission_pct as decimal(38, 10))', 2) }} as decimal(18, 4))
            as agreed_doc
    from {{ ref('int_commission_bases') }}
    where media_doc > 0 and commission_basis <> 'gross'
),

exceeding as (
    select
        *,
        net_amount - agreed_doc as part_doc,
        case
            when abs(billed_pct - commission_pct / 0.85) <= 0.0002 then ', the share of media grossed up by 15 %'
            else ''
        end as reading
    from fees
    where billed_pct > commission_pct + 0.0005
),

final as (
    select
        'grossed_up_commission' as detector,
        'grossed_up_commission:' || invoice_id || '/' || line_no as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'exceeding') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"), ('contract', 'contract_id')
        ]) }} as evidence,
        {{ percent_text('billed_pct') }} || ' of ' || {{ money_text('media_doc', 'currency') }} || ' net media billed, '
        || {{ percent_text('commission_pct') }} || ' agreed' || reading || ' (' || media_source || ')' as explanation
    from exceeding
)

select * from final

{{ config(materialized='view') }}

-- One claim a bill that was entered before, on each of its lines.
with

pairs as (
    select
        *,
        case
            when is_across_records then 'cross_vendor_duplicate'
            when is_exact then 'exact_duplicate_invoice'
            else 'near_duplicate_invoice'
        end as detector
    from {{ ref('int_invoice_pairs_compared') }}
),

best as (
    select * from pairs
    qualify
        row_number() over (
            partition by invoice_id order by is_exact desc, is_across_records asc, first_arrival asc
        ) = 1
),

credited as (
    select
        best.invoice_id,
        -sum(memos.net_amount) as credit_amount_doc
    from best
    inner join {{ ref('int_invoices_normalised') }} as memos
        on memos.is_credit and memos.original_invoice_id in (best.invoice_id, best.first_invoice_id)
    group by best.invoice_id
),

claims as (
    select
        best.*,
        greatest(best.cost_amount_doc - coalesce(credited.credit_amount_doc, 0), 0) as claim_amount_doc
    from best
    left join credited on best.invoice_id = credited.invoice_id
),

-- The claim goes to the lines in their order, to none beyond its cost.
lined as (
    select
        claims.*,
        lines.purse,
        lines.cost_amount,
        lines.multiplier,
        lines.divisor,
        greatest(least(
            lines.cost_amount_doc,
            claims.claim_amount_doc - coalesce(sum(greatest(lines.cost_amount_doc, 0)) over (
                partition by lines.invoice_id order by lines.line_no rows between unbounded preceding and 1 preceding
            ), 0)
        ), 0) as part_doc
    from claims
    inner join {{ ref('int_invoice_lines_costed') }} as lines on claims.invoice_id = lines.invoice_id
),

final as (
    select
        detector,
        detector || ':' || invoice_id as claim_id,
        case when is_paid then 'cash_recovery' else 'avoidance' end as class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'lined') }} as amount,
        {{ evidence([
            ('invoice', 'case when is_invoice then first_invoice_id end'),
            ('invoice', 'case when is_invoice then invoice_id end'),
            ('ledger_document', 'case when not is_invoice then first_invoice_id end'),
            ('ledger_document', 'case when not is_invoice then invoice_id end'),
            ('vendor', 'case when is_across_records then vendor_id end'),
        ]) }} as evidence,
        case when is_invoice then 'Invoice ' else 'Document ' end
        || coalesce(invoice_number, invoice_id)
        || ' of '
        || {{ money_text('gross_amount', 'currency') }}
        || ' has '
        || likeness
        || ' as ' || first_number || ', which stays' as explanation
    from lined
    where part_doc > 0
)

select * from final

{{ config(materialized='view') }}

-- Media billed beyond what was delivered, after credits and beyond max(0.5 %, 1.00).
with

lines as (
    select *, coalesce(campaign_id, 'line ' || line_no) as subject
    from {{ ref('int_invoice_lines_costed') }}
    where line_kind in {{ delivery_line_kinds() }}
),

-- Campaigns of two platforms may share an id: a vendor that has ad accounts bills those.
delivered as (
    select
        lines.invoice_id,
        lines.line_no,
        sum(delivery.served_amount_doc) as spend
    from lines
    inner join {{ ref('int_delivery_priced') }} as delivery
        on
            lines.campaign_id = delivery.campaign_id
            and lines.currency = delivery.currency
            and delivery.date_day between lines.service_start and lines.service_end
    where
        lines.line_kind = 'media' and lines.served_amount is null
        and (
            lines.surviving_vendor_id = delivery.vendor_id
            or lines.surviving_vendor_id not in (select vendor_id from {{ ref('int_vendor_accounts_listed') }})
        )
    group by lines.invoice_id, lines.line_no
),

-- The vendor's own figure, else what the platform says it served.
known as (
    select
        lines.*,
        coalesce(lines.served_amount, delivered.spend) as delivered_amount_doc
    from lines
    left join delivered on lines.invoice_id = delivered.invoice_id and lines.line_no = delivered.line_no
),

memos as (
    select
        original_invoice_id as invoice_id,
        -sum(net_amount) as credit_amount_doc
    from lines
    where is_credit and original_invoice_id is not null and line_kind <> 'adjustment'
    group by original_invoice_id
),

-- Credits on the same bill for the same campaign are taken off first.
subjects as (
    select
        invoice_id,
        subject,
        sum(net_amount) as billed_amount_doc,
        sum(delivered_amount_doc) as delivered_amount_doc,
        max_by(line_no, net_amount) as line_no
    from known
    where not is_credit
    group by invoice_id, subject
    having count(delivered_amount_doc) > 0
),

exceeding as (
    select
        subjects.*,
        billed_amount_doc - delivered_amount_doc as excess_doc
    from subjects
    where billed_amount_doc - delivered_amount_doc > greatest(delivered_amount_doc * 0.005, 1.00)
),

uncredited as (
    select
        exceeding.*,
        greatest(excess_doc - greatest(coalesce(memos.credit_amount_doc, 0) - coalesce(sum(excess_doc) over (
            partition by exceeding.invoice_id order by subject rows between unbounded preceding and 1 preceding
        ), 0), 0), 0) as part_doc
    from exceeding
    left join memos on exceeding.invoice_id = memos.invoice_id
),

joined as (
    select
        {{ all_but(['net_amount', 'served_amount'], 'lines') }},
        uncredited.billed_amount_doc,
        uncredited.delivered_amount_doc,
        least(uncredited.part_doc, lines.cost_amount_doc) as part_doc
    from uncredited
    inner join lines on uncredited.invoice_id = lines.invoice_id and uncredited.line_no = lines.line_no
    where uncredited.part_doc > 0
),

final as (
    select
        'billed_over_delivered' as detector,
        'billed_over_delivered:' || invoice_id || '/' || line_no as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'joined') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"), ('campaign', 'campaign_id')
        ]) }} as evidence,
        {{ money_text('billed_amount_doc', 'currency') }} || ' billed for '
        || {{ money_text('delivered_amount_doc', 'currency') }} || ' delivered' as explanation
    from joined
)

select * from final

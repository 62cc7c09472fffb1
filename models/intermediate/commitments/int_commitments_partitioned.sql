{{ config(materialized='view') }}

-- ordered + overbilled = invoiced + accrued + open + released, in the order's currency.
with

lines as (
    select * from {{ ref('int_order_lines_prepared') }}
),

bills as (
    select
        po_id,
        line_no,
        cast(sum(case when amount_doc > 0 then amount_doc else 0 end) as decimal(18, 4)) as billed_amount,
        cast(sum(case when amount_doc < 0 then amount_doc else 0 end) as decimal(18, 4)) as credited_amount,
        cast(sum(case when amount_doc < 0 and is_redelivered then amount_doc else 0 end) as decimal(18, 4))
            as reopening_amount,
        cast(case when count(*) = count(amount) then sum(amount) end as decimal(18, 2)) as billed_home_amount,
        count(*) = count(amount_doc) as has_rates
    from {{ ref('int_order_bills_allotted') }}
    group by po_id, line_no
),

stated as (
    select
        lines.*,
        coalesce(bills.billed_amount, 0) as billed_amount,
        coalesce(bills.billed_home_amount, case when bills.po_id is null then 0 end) as billed_home_amount,
        coalesce(bills.has_rates, true) as has_rates,
        coalesce(receipts.received_amount, 0) as received_amount,
        coalesce(receipts.is_delivery, false) as is_received_by_delivery,
        receipts.last_received_on,
        greatest(coalesce(bills.billed_amount + bills.credited_amount, 0), 0) as invoiced_amount,
        -- Only a credit for something that will come again gives the order back what it had used.
        greatest(coalesce(bills.billed_amount + bills.reopening_amount, 0), 0) as used_amount
    from lines
    left join bills on lines.po_id = bills.po_id and lines.line_no = bills.line_no
    left join {{ ref('int_order_receipts_summed') }} as receipts
        on lines.po_id = receipts.po_id and lines.line_no = receipts.line_no
),

accrued as (
    select
        *,
        greatest(received_amount - billed_amount, 0) as accrued_unbilled_amount
    from stated
),

opened as (
    select
        *,
        case when is_open then greatest(ordered_amount - used_amount - accrued_unbilled_amount, 0) else 0 end
            as open_amount,
        greatest(invoiced_amount + accrued_unbilled_amount - ordered_amount, 0) as overbilled_amount
    from accrued
),

final as (
    select
        *,
        ordered_amount + overbilled_amount - invoiced_amount - accrued_unbilled_amount - open_amount as released_amount
    from opened
)

select * from final

with

lines as (
    select * from {{ ref('int_commitments_valued') }}
),

final as (
    select
        po_id,
        line_no,
        po_number,
        vendor_id,
        order_status,
        is_requisition,
        is_open,
        coalesce(is_open and valid_to < {{ as_of() }}, false) as is_past_validity,
        approved_on,
        valid_to,
        department_id,
        channel,
        spend_category,
        campaign_id,
        account_id,
        expected_period,
        currency,
        cast(ordered_amount as decimal(18, 4)) as ordered_amount,
        cast(invoiced_amount as decimal(18, 4)) as invoiced_amount,
        cast(accrued_unbilled_amount as decimal(18, 4)) as accrued_unbilled_amount,
        cast(open_amount as decimal(18, 4)) as open_amount,
        cast(released_amount as decimal(18, 4)) as released_amount,
        cast(overbilled_amount as decimal(18, 4)) as overbilled_amount,
        cast(ordered_amount_home as decimal(18, 2)) as ordered_amount_home,
        cast(invoiced_amount_home as decimal(18, 2)) as invoiced_amount_home,
        cast(accrued_unbilled_amount_home as decimal(18, 2)) as accrued_unbilled_amount_home,
        cast(open_amount_home as decimal(18, 2)) as open_amount_home,
        cast(released_amount_home as decimal(18, 2)) as released_amount_home,
        cast(overbilled_amount_home as decimal(18, 2)) as overbilled_amount_home,
        cast(billed_home_amount - invoiced_amount_home as decimal(18, 2)) as fx_difference_amount,
        cast(unposted_amount as decimal(18, 2)) as unposted_amount_home,
        cast(open_amount_home + committed_accrued_amount + committed_unposted_amount as decimal(18, 2))
            as committed_amount_home,
        rate_day,
        case
            when not has_rates then 'a bill has no exchange rate'
            when multiplier is null then 'no exchange rate on or after approval'
            when rate_day > approved_on then 'first known rate, after approval'
        end as home_amount_reason
    from lines
)

select * from final
order by po_id, line_no

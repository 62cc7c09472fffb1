with

items as (
    select items.*
    from {{ ref('int_reconciliation_items_valued') }} as items
    inner join {{ ref('int_reconciliation_months') }} as months
        on items.vendor_id = months.vendor_id and items.service_month = months.service_month
),

final as (
    select
        concat_ws(
            '|', vendor_id, cast(service_month as varchar), cause, rule, currency, coalesce(left_doc_id, '-'),
            coalesce(right_doc_id, '-')
        ) as item_id,
        vendor_id,
        service_month,
        cause,
        currency,
        amount_doc,
        amount,
        left_doc_id,
        right_doc_id,
        rule,
        confidence,
        case
            when cause = 'rounding' then 'tolerance'
            when cause = 'fx' then 'resolved'
            when
                cause in ('platform_credit', 'fee', 'tax', 'restatement')
                and left_doc_id is not null and right_doc_id is not null
                then 'resolved'
            -- Posted for another month than served; what is not posted at all, accrued or below a threshold is to come.
            when
                cause = 'timing' and right_doc_id is not null and rule not in ('accrual', 'below_threshold')
                then 'resolved'
            else 'open'
        end as status
    from items
)

select * from final
order by vendor_id, service_month, item_id

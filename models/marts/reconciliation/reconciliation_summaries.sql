with

months as (
    select * from {{ ref('int_reconciliation_months') }}
),

items as (
    select
        vendor_id,
        service_month,
        count(*) as item_count,
        sum(case when status = 'open' then 1 else 0 end) as open_item_count,
        coalesce(sum(case when cause = 'unexplained' then amount end), 0) as unexplained_amount,
        sum(amount) as cause_amount
    from {{ ref('reconciliations') }}
    group by vendor_id, service_month
),

joined as (
    select
        months.vendor_id,
        months.service_month,
        months.served_amount,
        months.billed_amount,
        months.ledger_amount,
        months.late_amount as late_posted_amount,
        cast(coalesce(items.cause_amount, 0) as decimal(18, 2)) as cause_amount,
        cast(coalesce(items.unexplained_amount, 0) as decimal(18, 2)) as unexplained_amount,
        cast(greatest(abs(months.served_amount), abs(months.ledger_amount)) as decimal(18, 2)) as larger_amount,
        cast(coalesce(items.item_count, 0) as bigint) as item_count,
        cast(coalesce(items.open_item_count, 0) as bigint) as open_item_count
    from months
    left join items on months.vendor_id = items.vendor_id and months.service_month = items.service_month
),

final as (
    select
        vendor_id,
        service_month,
        served_amount,
        billed_amount,
        ledger_amount,
        late_posted_amount,
        cause_amount,
        unexplained_amount,
        cast(1 - {{ ratio('abs(unexplained_amount)', 'larger_amount') }} as decimal(18, 6)) as explained_pct,
        case
            when served_amount is null then 'no_rate'
            when larger_amount = 0 then 'nothing_served_or_posted'
        end as explained_pct_reason,
        case when billed_amount is null then 'no_bill' end as billed_amount_reason,
        item_count,
        open_item_count
    from joined
)

select * from final
order by vendor_id, service_month

-- A vendor's delivery of a month beside what its ledger says of it, and whether the ledger settles it.
with

delivery as (
    select * from {{ ref('int_delivery_billed') }}
    where vendor_id <> 'unmapped'
),

calendar as (
    select
        {{ month_start('date_day') }} as service_month,
        bool_and(is_closed) as is_closed
    from {{ ref('int_fiscal_days') }}
    group by {{ month_start('date_day') }}
),

delivered as (
    select
        vendor_id,
        service_month,
        count(distinct currency) as currency_count,
        min(currency) as currency,
        bool_or(is_invoiced) as has_invoiced,
        coalesce(sum(case when not is_invoiced then served_amount_doc end), 0) <> 0 as has_uninvoiced
    from delivery
    group by vendor_id, service_month
),

posted as (
    select
        vendor_id,
        service_month,
        count(distinct currency) as ledger_currency_count,
        min(currency) as ledger_currency,
        cast(sum(amount_doc) as decimal(18, 4)) as ledger_amount_doc,
        cast(sum(amount) as decimal(18, 2)) as ledger_amount,
        coalesce(cast(sum(case when not is_accrual then amount_doc end) as decimal(18, 4)), 0) as bills_amount_doc,
        coalesce(cast(sum(case when not is_accrual then amount end) as decimal(18, 2)), 0) as bills_amount
    from {{ ref('int_ledger_months_explained') }}
    where is_explained_by_delivery
    group by vendor_id, service_month
),

joined as (
    select
        delivered.*,
        posted.ledger_amount_doc,
        posted.ledger_amount,
        posted.bills_amount_doc,
        posted.bills_amount,
        delivered.currency_count = 1
        and posted.ledger_currency_count = 1
        and delivered.currency = posted.ledger_currency as is_one_currency,
        coalesce(calendar.is_closed, false) and posted.ledger_amount <> 0 as is_settled_by_close,
        posted.bills_amount <> 0
        and cast(delivered.service_month + interval '1' month as date) <= {{ add_days(as_of(), 1) }}
            as is_settled_by_bill
    from delivered
    inner join posted
        on delivered.vendor_id = posted.vendor_id and delivered.service_month = posted.service_month
    left join calendar on delivered.service_month = calendar.service_month
),

-- An open month is settled as far as it is invoiced; what is not keeps its served amount.
final as (
    select
        vendor_id,
        service_month,
        currency,
        is_one_currency,
        is_settled_by_close or is_settled_by_bill as is_settled,
        not is_settled_by_close and has_invoiced and has_uninvoiced as settles_invoiced_only,
        ledger_amount,
        case
            when not (is_settled_by_close or is_settled_by_bill) then 0
            when not is_settled_by_close and has_invoiced and has_uninvoiced then bills_amount
            else ledger_amount
        end as settled_amount,
        case
            when not is_settled_by_close and has_invoiced and has_uninvoiced then bills_amount_doc
            else ledger_amount_doc
        end as settled_amount_doc,
        ledger_amount - bills_amount as standing_accrual_amount
    from joined
)

select * from final

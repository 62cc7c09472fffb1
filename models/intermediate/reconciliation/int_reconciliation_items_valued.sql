{{ config(materialized='view') }}

-- The items at home, and what then is left of each vendor's month: exchange where a foreign currency is in it, else
-- cents.
with

items as (
    select * from {{ ref('int_reconciliation_items_unioned') }}
),

summed as (
    select
        vendor_id,
        service_month,
        currency,
        cause,
        rule,
        left_doc_id,
        right_doc_id,
        min(confidence) as confidence,
        cast(sum(amount_doc) as decimal(18, 4)) as amount_doc,
        cast(sum(amount) as decimal(18, 2)) as stated_amount
    from items
    group by vendor_id, service_month, currency, cause, rule, left_doc_id, right_doc_id
),

valued as (
    select
        summed.vendor_id,
        summed.service_month,
        summed.currency,
        summed.cause,
        summed.rule,
        summed.left_doc_id,
        summed.right_doc_id,
        summed.confidence,
        summed.amount_doc,
        coalesce(summed.stated_amount, {{ at_delivery_rate('summed.amount_doc', 'rates') }}) as amount
    from summed
    inner join {{ ref('int_reconciliation_rates') }} as rates
        on
            summed.vendor_id = rates.vendor_id
            and summed.service_month = rates.service_month
            and summed.currency = rates.currency
    where summed.amount_doc <> 0
),

explained as (
    select
        vendor_id,
        service_month,
        count(*) as item_count,
        bool_or(currency <> {{ setting('home_currency') }}) as has_foreign,
        case when count(*) = count(amount) then sum(amount) end as amount
    from valued
    group by vendor_id, service_month
),

sides as (
    select * from {{ ref('int_reconciliation_months') }}
),

settled as (
    select
        vendor_id,
        service_month,
        {{ value_of_largest('bill_id', 'abs(expected_amount_doc)') }} as bill_id
    from {{ ref('int_claims_settled') }}
    where posting_count > 0
    group by vendor_id, service_month
),

posted as (
    select
        vendor_id,
        service_month,
        -- A bill's posting where there is one, else the accrual's.
        coalesce(
            {{ value_of_largest('posting_doc_id', 'amount') }} filter (where not is_accrual),
            {{ value_of_largest('posting_doc_id', 'amount') }}
        ) as posting_doc_id
    from {{ ref('int_reconciliation_postings') }}
    group by vendor_id, service_month
),

remainders as (
    select
        sides.vendor_id,
        sides.service_month,
        case when sides.has_foreign or coalesce(explained.has_foreign, false) then 'fx' else 'rounding' end as kind,
        0.01 * (1 + coalesce(explained.item_count, 0)) as tolerance,
        settled.bill_id,
        posted.posting_doc_id,
        cast(sides.ledger_amount - sides.served_amount - coalesce(explained.amount, 0) as decimal(18, 2)) as amount
    from sides
    left join explained on sides.vendor_id = explained.vendor_id and sides.service_month = explained.service_month
    left join settled on sides.vendor_id = settled.vendor_id and sides.service_month = settled.service_month
    left join posted on sides.vendor_id = posted.vendor_id and sides.service_month = posted.service_month
    where explained.vendor_id is null or explained.amount is not null
),

final as (
    select * from valued
    union all
    select
        vendor_id,
        service_month,
        {{ setting('home_currency') }} as currency,
        case when kind = 'fx' and abs(amount) > tolerance then 'fx' else 'rounding' end as cause,
        'ledger_rate' as rule,
        bill_id as left_doc_id,
        posting_doc_id as right_doc_id,
        cast(1 as decimal(3, 2)) as confidence,
        cast(amount as decimal(18, 4)) as amount_doc,
        amount
    from remainders
    where amount <> 0
)

select * from final

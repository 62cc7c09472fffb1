-- The two ends of the bridge, and the bill between them, by vendor and month from the first month delivered.
with

served as (
    select
        vendor_id,
        service_month,
        bool_or(currency <> {{ setting('home_currency') }}) as has_foreign,
        cast(case when count(*) = count(served_amount) then sum(served_amount) end as decimal(18, 2)) as served_amount
    from {{ ref('int_delivery_months_valued') }}
    group by vendor_id, service_month
),

feeds as (
    select
        vendor_id,
        min(service_month) as first_month
    from served
    group by vendor_id
),

billed as (
    select
        claims.vendor_id,
        claims.service_month,
        bool_or(claims.currency <> {{ setting('home_currency') }}) as has_foreign,
        cast(sum({{ at_delivery_rate('claims.expected_amount_doc', 'rates') }}) as decimal(18, 2)) as billed_amount
    from {{ ref('int_claims_grouped') }} as claims
    inner join {{ ref('int_reconciliation_rates') }} as rates
        on
            claims.vendor_id = rates.vendor_id
            and claims.service_month = rates.service_month
            and claims.currency = rates.currency
    where claims.bill_id is not null and claims.bill_source <> 'extra'
    group by claims.vendor_id, claims.service_month
),

closes as (
    select
        {{ month_start('days.date_day') }} as service_month,
        max(cast(periods.closed_at as date)) as closed_on
    from {{ ref('int_fiscal_days') }} as days
    inner join {{ ref('int_fiscal_periods_stated') }} as periods on days.period_id = periods.period_id
    group by {{ month_start('days.date_day') }}
    having bool_and(days.is_closed)
),

posted as (
    select
        postings.vendor_id,
        postings.service_month,
        bool_or(postings.currency <> {{ setting('home_currency') }}) as has_foreign,
        cast(sum(postings.amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(case when postings.posting_date > closes.closed_on then postings.amount else 0 end) as decimal(18, 2))
            as late_amount
    from {{ ref('int_reconciliation_postings') }} as postings
    left join closes on postings.service_month = closes.service_month
    group by postings.vendor_id, postings.service_month
),

ledger as (
    select count(*) > 0 as is_kept
    from {{ ref('stg_ledger__entries') }}
),

-- Bills and postings may change months they do not stand in themselves.
spine as (
    select vendor_id, service_month from served
    union
    select vendor_id, service_month from billed
    union
    select vendor_id, service_month from posted
    union
    select vendor_id, service_month from {{ ref('int_reconciliation_items_unioned') }}
),

final as (
    select
        spine.vendor_id,
        spine.service_month,
        case when served.vendor_id is null then 0 else served.served_amount end as served_amount,
        billed.billed_amount,
        coalesce(posted.ledger_amount, 0) as ledger_amount,
        coalesce(posted.late_amount, 0) as late_amount,
        coalesce(served.has_foreign, false) or coalesce(billed.has_foreign, false)
        or coalesce(posted.has_foreign, false) as has_foreign
    from spine
    cross join ledger
    inner join feeds on spine.vendor_id = feeds.vendor_id and spine.service_month >= feeds.first_month
    left join served on spine.vendor_id = served.vendor_id and spine.service_month = served.service_month
    left join billed on spine.vendor_id = billed.vendor_id and spine.service_month = billed.service_month
    left join posted on spine.vendor_id = posted.vendor_id and spine.service_month = posted.service_month
    where ledger.is_kept
)

select * from final

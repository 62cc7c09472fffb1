-- What a vendor's month of a currency is worth at home: as its delivery was, else as it was posted, else at the rate of
-- its last day.
with

claims as (
    select * from {{ ref('int_reconciliation_claims') }}
),

served as (
    select
        vendor_id,
        service_month,
        currency,
        sum(served_amount_doc) as served_amount_doc,
        case when count(*) = count(served_amount) then sum(served_amount) end as served_amount
    from {{ ref('int_delivery_months_valued') }}
    group by vendor_id, service_month, currency
),

posted as (
    select
        vendor_id,
        service_month,
        currency,
        sum(amount_doc) as posted_amount_doc,
        sum(amount) as posted_amount
    from {{ ref('int_reconciliation_postings') }}
    group by vendor_id, service_month, currency
),

cells as (
    select vendor_id, service_month, currency from claims
    union
    select vendor_id, service_month, currency from served
    union
    select vendor_id, service_month, currency from posted
    union
    -- A posting may settle another month's claim, in its currency.
    select posted.vendor_id, posted.service_month, claims.currency
    from posted inner join claims on posted.vendor_id = claims.vendor_id
),

final as (
    select
        cells.vendor_id,
        cells.service_month,
        cells.currency,
        cast(case
            when cells.currency = {{ setting('home_currency') }} then 1
            when served.served_amount_doc <> 0 then served.served_amount
            when posted.posted_amount_doc <> 0 then posted.posted_amount
            else rates.multiplier * 10000
        end as decimal(18, 4)) as rate_home,
        cast(case
            when cells.currency = {{ setting('home_currency') }} then 1
            when served.served_amount_doc <> 0 then served.served_amount_doc
            when posted.posted_amount_doc <> 0 then posted.posted_amount_doc
            else rates.divisor * 10000
        end as decimal(18, 4)) as rate_doc
    from cells
    left join served
        on
            cells.vendor_id = served.vendor_id
            and cells.service_month = served.service_month
            and cells.currency = served.currency
    left join posted
        on
            cells.vendor_id = posted.vendor_id
            and cells.service_month = posted.service_month
            and cells.currency = posted.currency
    left join {{ ref('int_fx_rates_daily') }} as rates
        on
            cells.currency = rates.currency
            and rates.date_day = least({{ as_of() }}, {{ month_end('cells.service_month') }})
)

select * from final

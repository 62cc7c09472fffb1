{{ config(materialized='view') }}

-- Bills that come regularly: the same amount, or the same items, at least three times, 25 to 35 days apart, each for a
-- service month of its own.
with

invoices as (
    select * from {{ ref('int_invoices_normalised') }}
    where not is_credit
),

keyed as (
    select
        invoice_id,
        cluster_id,
        currency,
        invoice_date,
        service_month,
        'amount ' || cast(gross_cents as varchar) as series
    from invoices
    union all
    select
        invoice_id,
        cluster_id,
        currency,
        invoice_date,
        service_month,
        'items ' || items_key as series
    from invoices
    where items_key is not null and has_service_dates
),

months as (
    select
        cluster_id,
        currency,
        series,
        service_month,
        min(invoice_date) as first_date
    from keyed
    group by cluster_id, currency, series, service_month
),

gapped as (
    select
        *,
        {{ days_between(
            'lag(first_date) over (partition by cluster_id, currency, series order by first_date, service_month)',
            'first_date'
        ) }} as gap
    from months
),

chained as (
    select
        *,
        sum(case when gap between 25 and 35 then 0 else 1 end) over (
            partition by cluster_id, currency, series
            order by first_date, service_month
            rows between unbounded preceding and current row
        ) as chain_no
    from gapped
),

counted as (
    select
        *,
        count(*) over (partition by cluster_id, currency, series, chain_no) as month_count
    from chained
),

final as (
    select
        keyed.invoice_id,
        keyed.service_month,
        keyed.series || ' ' || cast(counted.chain_no as varchar) as series
    from keyed
    inner join counted
        on
            keyed.cluster_id = counted.cluster_id
            and keyed.currency = counted.currency
            and keyed.series = counted.series
            and keyed.service_month = counted.service_month
    where counted.month_count >= 3
)

select * from final

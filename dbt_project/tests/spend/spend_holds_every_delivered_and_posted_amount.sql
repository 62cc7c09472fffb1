-- Totals in are totals out: delivery by platform, currency and month in document currency, the marketing ledger by
-- vendor in home currency, recorded expenditures that the ledger does not hold.
with

delivered as (
    select
        concat_ws(' ', platform, currency, cast({{ month_start('date_day') }} as varchar)) as subject,
        sum(spend) as amount_in
    from {{ ref('stg_ads__platform_spend') }}
    group by platform, currency, {{ month_start('date_day') }}
),

served as (
    select
        concat_ws(' ', platform, currency, cast({{ month_start('date_day') }} as varchar)) as subject,
        sum(served_amount_doc) as amount_out
    from {{ ref('spend_daily') }}
    where origin = 'platform'
    group by platform, currency, {{ month_start('date_day') }}
),

posted as (
    select
        vendor_id as subject,
        sum(amount) as amount_in
    from {{ ref('int_ledger_lines_costed') }}
    group by vendor_id
),

booked as (
    select
        vendor_id as subject,
        sum(ledger_amount) as amount_out
    from {{ ref('spend_daily') }}
    group by vendor_id
),

recorded as (
    select
        currency as subject,
        sum(net_amount) as amount_in
    from {{ ref('int_manual_spend_unposted') }}
    group by currency
),

kept as (
    select
        currency as subject,
        sum(amount_doc) as amount_out
    from {{ ref('spend_daily') }}
    where origin = 'manual'
    group by currency
),

compared as (
    select 'delivery' as total, subject, amount_in, amount_out
    from delivered full outer join served using (subject)
    union all
    select 'ledger' as total, subject, amount_in, amount_out
    from posted full outer join booked using (subject)
    union all
    select 'recorded' as total, subject, amount_in, amount_out
    from recorded full outer join kept using (subject)
)

select * from compared
where coalesce(amount_in, 0) <> coalesce(amount_out, 0)

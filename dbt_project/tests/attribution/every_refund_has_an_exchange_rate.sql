-- A refund takes the rate of its conversion's day; where none is known or the last is too old, the run stops here.
with

unpriced as (
    select
        currency,
        coalesce(converted_day, date_day) as date_day,
        count(*) as refunds_without_a_rate,
        min(refund_id) as for_example
    from {{ ref('int_refunds_valued') }}
    where refunded_amount is null
    group by currency, coalesce(converted_day, date_day)
)

select * from unpriced
order by currency, date_day

-- A day without a rate takes the last known one; where that is too old, the amount is unknown and the run stops here.
with

unpriced as (
    select
        currency,
        date_day,
        count(*) as conversions_without_a_rate,
        min(conversion_id) as for_example
    from {{ ref('int_conversions_valued') }}
    where revenue_amount is null
    group by currency, date_day
)

select * from unpriced
order by currency, date_day

-- From the earliest changed day on: what lies before was tested when it was written.
with

credits as (
    select * from {{ ref('touch_credits') }}
    where date_day >= {{ attribution_first_credit_day() }}
),

repeated as (
    select
        conversion_id,
        touch_id,
        model,
        count(*) as times
    from credits
    group by conversion_id, touch_id, model
    having count(*) > 1
)

select * from repeated

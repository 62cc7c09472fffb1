-- Day by day and model by model, over all campaigns and channels: nothing is lost, nothing is counted twice.
with

models as (
    select * from {{ ref('int_attribution_models') }}
),

expected as (
    select
        date_day,
        count(*) as conversions,
        sum(revenue_amount) as revenue_amount,
        0 as refunded_amount
    from {{ ref('int_conversions_valued') }}
    group by date_day

    union all

    select
        date_day,
        0 as conversions,
        0 as revenue_amount,
        sum(refunded_amount) as refunded_amount
    from {{ ref('int_refunds_valued') }}
    group by date_day
),

expected_days as (
    select
        expected.date_day,
        models.model,
        sum(expected.conversions) as conversions,
        sum(expected.revenue_amount) as revenue_amount,
        sum(expected.refunded_amount) as refunded_amount
    from expected
    cross join models
    group by expected.date_day, models.model
),

attributed_days as (
    select
        date_day,
        model,
        sum(conversions) as conversions,
        sum(revenue_amount) as revenue_amount,
        sum(refunded_amount) as refunded_amount
    from {{ ref('attributed_revenue_daily') }}
    group by date_day, model
),

differing as (
    select
        coalesce(expected_days.date_day, attributed_days.date_day) as date_day,
        coalesce(expected_days.model, attributed_days.model) as model,
        expected_days.revenue_amount as expected_revenue_amount,
        attributed_days.revenue_amount,
        expected_days.refunded_amount as expected_refunded_amount,
        attributed_days.refunded_amount
    from expected_days
    full outer join attributed_days
        on expected_days.date_day = attributed_days.date_day and expected_days.model = attributed_days.model
    where
        expected_days.conversions is distinct from attributed_days.conversions
        or expected_days.revenue_amount is distinct from attributed_days.revenue_amount
        or expected_days.refunded_amount is distinct from attributed_days.refunded_amount
)

select * from differing

{{ config(materialized='view') }}

-- Lift tests that are over, in home currency; an outcome in conversions counts as the revenue of so many in those days.
with

tests as (
    select
        *,
        cast(spend_delta_amount as double) as spend_delta,
        greatest(1, cast(round(({{ days_between('start_date', 'end_date') }} + 1) / 7e0) as integer)) as weeks
    from {{ ref('int_lift_tests_valued') }}
    where end_date <= {{ as_of() }} and start_date <= end_date
),

spent as (
    select
        tests.test_id,
        cast(sum(spend.amount) as double) as spend_amount
    from tests
    inner join {{ ref('spend_daily') }} as spend
        on tests.channel = spend.channel and spend.date_day between tests.start_date and tests.end_date
    where spend.origin = 'platform'
    group by tests.test_id
),

sold as (
    select
        tests.test_id,
        cast(sum(conversions.revenue_amount) as double) / count(*) as revenue_per_conversion
    from tests
    inner join {{ ref('int_conversions_valued') }} as conversions
        on conversions.date_day between tests.start_date and tests.end_date
    group by tests.test_id
),

rated as (
    select
        tests.*,
        coalesce(spent.spend_amount, 0) as spend_amount,
        case when tests.outcome_kind = 'revenue' then tests.home_rate else sold.revenue_per_conversion end
            as value_of_outcome
    from tests
    left join spent on tests.test_id = spent.test_id
    left join sold on tests.test_id = sold.test_id
),

valued as (
    select
        test_id,
        channel,
        weeks,
        greatest(spend_amount - spend_delta, 0) / weeks as base_spend,
        spend_delta / weeks as spend_delta,
        outcome_delta * value_of_outcome as outcome_delta,
        standard_error * value_of_outcome as standard_error
    from rated
)

select * from valued
-- A test that changed nothing, or whose outcome cannot be valued, tells nothing.
where spend_delta <> 0 and standard_error > 0

{{ config(materialized='view') }}

-- Lift tests with their spend in home currency, and the rate for an outcome that is revenue.
with

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

tests as (
    select
        tests.test_id,
        tests.channel,
        tests.start_date,
        tests.end_date,
        tests.outcome_kind,
        cast(tests.outcome_delta as double) as outcome_delta,
        cast(tests.standard_error as double) as standard_error,
        {{ home_amount('tests.spend_delta', 'tests.currency', 'rates') }} as spend_delta_amount,
        -- A test's estimate is no ledger amount: it is a measured number with an error, and goes into a fit.
        case
            when tests.currency = {{ setting('home_currency') }} then 1e0
            else cast(rates.multiplier as double) / cast(rates.divisor as double)
        end as home_rate
    from {{ ref('stg_web__lift_tests') }} as tests
    left join rates on tests.currency = rates.currency and tests.end_date = rates.date_day
)

select * from tests

with

source as (
    select * from {{ landed('lift_tests') }}
),

latest as (
    select
        test_id,
        channel,
        start_date,
        end_date,
        coalesce(outcome_kind, 'conversions') as outcome_kind,
        outcome_delta,
        standard_error,
        spend_delta,
        currency,
        source_system
    from source
    qualify {{ version_number(['test_id']) }} = 1
)

select * from latest

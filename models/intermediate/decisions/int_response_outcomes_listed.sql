{{ config(materialized='view') }}

-- The company's revenue of each whole week of the last two years, whoever brought it.
with

conversions as (
    select
        {{ add_days('date_day', '1 - ' ~ iso_weekday('date_day')) }} as week_start,
        revenue_amount
    from {{ ref('int_conversions_valued') }}
    where date_day > {{ add_days(as_of(), '-735') }}
),

weeks as (
    select
        week_start,
        cast(sum(revenue_amount) as decimal(18, 2)) as outcome_amount
    from conversions
    where {{ add_days('week_start', '6') }} <= {{ as_of() }}
    group by week_start
)

select * from weeks
